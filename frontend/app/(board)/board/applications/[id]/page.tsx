import Link from 'next/link'
import { notFound } from 'next/navigation'

import { Deciding } from './deciding'

import { Files } from '@/components/files'
import { Questions } from '@/components/questions'
import { Told } from '@/components/told'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as board from '@/lib/api/board'
import { member, token } from '@/lib/session'
import { day } from '@/lib/told'

export const metadata = { title: words.board.title }

type Props = { params: Promise<{ id: string }> }

export default async function ApplicationToDecide({ params }: Props) {
  const { id } = await params
  const { person, problem: unknown } = await member()
  const { data: application, problem } = await board.show(id, (await token()) ?? '')
  if (problem?.status === 404 || problem?.status === 422) notFound()
  const failed = unknown ?? problem
  if (!application || !person) {
    return (
      <div className="wide section">
        <h1 className="visually-hidden">{words.board.title}</h1>
        {failed && <Trouble problem={failed} again={`/board/applications/${id}`} />}
      </div>
    )
  }
  return (
    <article className="wide section-end">
      <div className="page-head">
        <p className="meta"><Link href="/board/applications">{words.board.back}</Link></p>
        <h1>{application.applicant_name}</h1>
        <p className="row meta">
          <span className={`badge ${application.status}`}>{words.apply.states[application.status]}</span>
          {application.submitted_at && <span>{words.apply.submitted} {day(application.submitted_at)}</span>}
          <span>{words.board.approvals(application.approvals_given)}</span>
          <a href={`mailto:${application.applicant_email}`}>{application.applicant_email}</a>
        </p>
      </div>
      <div className="split">
        <div className="stack">
          <Told application={application} />
          <section className="stack">
            <h2>{words.board.files}</h2>
            <Files files={application.files} does={(file) => <a className="button quiet" href={`/board/applications/${id}/files/${file.id}`} download={file.name}>{words.board.save}</a>} />
          </section>
          <Questions questions={application.questions} />
        </div>
        <Deciding application={application} person={person} />
      </div>
    </article>
  )
}

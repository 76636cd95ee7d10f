import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import type { Status, Submitted } from '@/lib/api/applications'
import * as board from '@/lib/api/board'
import { member, token } from '@/lib/session'
import { day } from '@/lib/told'

export const metadata = { title: words.board.title }

const STATES: Status[] = ['pending', 'under_review', 'approved', 'rejected', 'withdrawn']

type Props = { searchParams: Promise<{ status?: string; after?: string }> }

function href(status?: Status, after?: string): string {
  const query = new URLSearchParams({ ...(status ? { status } : {}), ...(after ? { after } : {}) })
  return query.size ? `/board/applications?${query}` : '/board/applications'
}

export default async function Applications({ searchParams }: Props) {
  const { problem: unknown } = await member()
  const asked = await searchParams
  const status = STATES.find((each) => each === asked.status)
  const { data, problem } = await board.list({ ...(status ? { status } : {}), ...(asked.after ? { after: asked.after } : {}) }, (await token()) ?? '')
  const failed = unknown ?? problem
  return (
    <>
      <Head title={words.board.title} lead={words.board.lead} />
      <div className="wide section-end">
        <Filters chosen={status} />
        {failed && <Trouble problem={failed} again="/board/applications" />}
        {data && !data.items.length && (
          <Empty title={words.board.none} lead={words.board.noneLead}><Link href="/board/applications" className="button quiet">{words.board.all}</Link></Empty>
        )}
        {data && data.items.length > 0 && <ul className="dates">{data.items.map((each) => <Row key={each.id} application={each} />)}</ul>}
        <p className="row pages">
          {asked.after && <Link href={href(status)} className="button quiet">{words.board.first}</Link>}
          {data?.next && <Link href={href(status, data.next)} className="button quiet">{words.board.more}</Link>}
        </p>
      </div>
    </>
  )
}

function Filters({ chosen }: { chosen: Status | undefined }) {
  const current = (is: boolean) => (is ? ('true' as const) : undefined)
  return (
    <nav className="filters" aria-label={words.board.status}>
      <div>
        <b>{words.board.status}</b>
        <Link className="chip" href={href()} aria-current={current(!chosen)}>{words.board.any}</Link>
        {STATES.map((each) => <Link key={each} className="chip" href={href(each)} aria-current={current(each === chosen)}>{words.apply.states[each]}</Link>)}
      </div>
    </nav>
  )
}

function Row({ application }: { application: Submitted }) {
  const { id, applicant_name, submitted_at, status, requested_tier, disciplines, approvals_given } = application
  return (
    <li className="date-row applicant">
      <div>
        <h2><Link href={`/board/applications/${id}`}>{applicant_name}</Link></h2>
        <p className="meta">{words.membership.tiers[requested_tier]} · {disciplines.join(', ') || words.members.none}{submitted_at && ` · ${words.board.waiting} ${day(submitted_at)}`}</p>
      </div>
      <div className="aside">
        <span className={`badge ${status}`}>{words.apply.states[status]}</span>
        <p className="meta">{words.board.approvals(approvals_given)}</p>
      </div>
    </li>
  )
}

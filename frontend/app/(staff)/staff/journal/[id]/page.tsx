import Link from 'next/link'

import { archive, change, publish } from '../actions'
import { fieldsOf } from '../fields'

import { Failed } from '@/components/failed'
import { Form } from '@/components/form'
import { StaffHead } from '@/components/staff-head'
import { words } from '@/content/en'
import * as writing from '@/lib/api/writing'
import { html } from '@/lib/markdown'
import { token } from '@/lib/session'
import { day } from '@/lib/told'

const { journal, events } = words.staff

export const metadata = { title: journal.title }

type Props = { params: Promise<{ id: string }> }

export default async function StaffPost({ params }: Props) {
  const { id } = await params
  const { data: post, problem } = await writing.show(id, (await token()) ?? '')
  if (!post) return <Failed title={journal.title} problem={problem} again="/staff/journal" />
  const { title, author, status, published_at: at, content, slug } = post
  return (
    <article className="wide section-end">
      <StaffHead title={title} back={['/staff/journal', journal.back]}>
        <p className="row meta"><span className={`badge ${status}`}>{journal.states[status]}</span><span>{words.blog.by} {author}{at && `, ${day(at)}`}</span></p>
      </StaffHead>
      <div className="split">
        <section className="stack paired" aria-labelledby="what">
          <h2 id="what">{journal.text}</h2>
          <Form action={change} hidden={{ id }} fields={fieldsOf(post)} submit={words.staff.save} />
        </section>
        <section className="panel stack" aria-labelledby="readers">
          <h2 id="readers">{journal.readers}</h2>
          <p className="soft small">{journal.means[status]}</p>
          {status === 'published'
            ? (
              <>
                <p><Link href={`/blog/${slug}`} className="more">{events.see}</Link></p>
                <Form action={archive} hidden={{ id }} submit={journal.archive} quiet />
              </>
            )
            : <Form action={publish} hidden={{ id }} submit={events.publish} />}
        </section>
      </div>
      <details className="preview">
        <summary>{journal.preview}</summary>
        <div className="prose article" dangerouslySetInnerHTML={{ __html: html(content) }} />
      </details>
    </article>
  )
}

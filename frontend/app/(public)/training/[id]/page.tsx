import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { cache } from 'react'

import { Recording } from './recording'
import { TakePart } from './taking-part'

import { Data } from '@/components/data'
import { LocalTime } from '@/components/local'
import { Trouble } from '@/components/trouble'
import { artOf, ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import * as people from '@/lib/api/people'
import * as training from '@/lib/api/training'
import { caller, token } from '@/lib/session'

const { training: said } = words

type Props = { params: Promise<{ id: string }> }

const found = cache(async (id: string) => training.show(id, await token()))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = await found((await params).id)
  return { title: data?.title ?? said.title, description: data?.description.slice(0, 160) }
}

export default async function SessionPage({ params }: Props) {
  const { id } = await params
  const [{ data: session, problem }, { person }] = await Promise.all([found(id), caller()])
  if (problem?.status === 404 || problem?.status === 422) notFound()
  if (!session) return <div className="wide section"><Trouble problem={problem} again={`/training/${id}`} /></div>
  const access = (await token()) ?? ''
  const art = artOf(session.discipline)
  return (
    <article className={`wide section-end ${art?.id ?? ''}`}>
      <div className="page-head">
        <p className="meta"><Link href="/training">{said.back}</Link> · {art?.name ?? session.discipline}</p>
        <h1>{session.title}</h1>
        {session.status === 'live' && <p className="spaced-above"><span className="badge live">{said.live}</span></p>}
      </div>
      {session.has_recording && person && <Recording session={session} token={access} />}
      <div className="split">
        <div className="prose">
          {session.description.split(/\n{2,}/).map((paragraph) => <p key={paragraph} className="opening">{paragraph}</p>)}
          <p className="row">{session.tags.map((tag) => <span key={tag} className="badge">{tag}</span>)}</p>
        </div>
        <div className="stack">
          <TakePart session={session} person={person} token={access} />
          <Facts session={session} />
        </div>
      </div>
      <Data of={described(session)} />
    </article>
  )
}

async function Facts({ session }: { session: training.Session }) {
  const { data: teacher } = await people.show(session.instructor_id)
  return (
    <dl className="panel facts">
      <div><dt>{words.events.facts.when}</dt><dd><LocalTime iso={session.starts_at} /></dd></div>
      <div><dt>{said.length}</dt><dd>{session.duration_minutes} {said.minutes}</dd></div>
      {teacher && <div><dt>{said.teacher}</dt><dd><Link href={`/people/${teacher.id}`}>{teacher.full_name}</Link></dd></div>}
      <div><dt>{words.events.facts.who}</dt><dd><span className={`badge ${session.access_type}`}>{words.events.access[session.access_type]}</span></dd></div>
    </dl>
  )
}

/** The session for search engines, by schema.org. */
function described(session: training.Session) {
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: session.title,
    description: session.description,
    startDate: session.starts_at,
    endDate: session.ends_at,
    eventAttendanceMode: 'https://schema.org/OnlineEventAttendanceMode',
    eventStatus: `https://schema.org/${session.status === 'canceled' ? 'EventCancelled' : 'EventScheduled'}`,
    location: { '@type': 'VirtualLocation', url: `/training/${session.id}` },
    organizer: { '@type': 'Organization', name: ASSOCIATION.name },
  }
}

import Link from 'next/link'

import { join, register, withdraw } from './actions'

import { Form } from '@/components/form'
import { LocalTime } from '@/components/local'
import { words } from '@/content/en'
import type { Person } from '@/lib/api'
import * as training from '@/lib/api/training'
import { span } from '@/lib/told'

const { training: said } = words

type Props = { session: training.Session; person: Person | null; token: string }

/** What somebody may do about a session, at this hour of its life. */
export async function TakePart({ session, person, token }: Props) {
  if (session.status === 'canceled') return <p className="notice wrong">{said.calledOff} {session.canceled_because}</p>
  return (
    <section className="panel stack" aria-labelledby="part">
      <h2 id="part">{said.states[session.status]}</h2>
      {person ? <Known session={session} person={person} token={token} /> : <Unknown session={session} />}
    </section>
  )
}

function Unknown({ session }: { session: training.Session }) {
  const isOver = session.status === 'ended'
  return (
    <>
      <p className="soft">{isOver ? (session.has_recording ? said.recordedLead : said.unrecordedLead) : said.logInLead}</p>
      {(!isOver || session.has_recording) && <p><Link href={`/login?next=${encodeURIComponent(`/training/${session.id}`)}`} className="button">{words.nav.logIn}</Link></p>}
    </>
  )
}

async function Known({ session, person, token }: Omit<Props, 'person'> & { person: Person }) {
  const isTeacher = session.instructor_id === person.id
  const [access, mine] = await Promise.all([training.access(session.id, token), training.attendance(session.id, token)])
  const hidden = { session: session.id }
  if (session.status === 'ended') return <Over session={session} mine={mine.data} />
  return (
    <>
      {access.problem && <p role="alert" className="notice wrong">{access.problem.detail}</p>}
      {access.data?.may_join && (
        <>
          <p className="soft">{said.places(access.data.places_left)}</p>
          <Form action={join} hidden={hidden} submit={said.join} />
        </>
      )}
      {access.data && !access.data.may_join && (
        <p className="soft">
          {access.data.opens_in_seconds ? <>{said.opens} <LocalTime iso={access.data.opens_at} />.</> : access.data.why}
        </p>
      )}
      {session.status === 'scheduled' && !isTeacher && <Registration isRegistered={Boolean(mine.data?.registered_at)} hidden={hidden} />}
    </>
  )
}

function Registration({ isRegistered, hidden }: { isRegistered: boolean; hidden: Record<string, string> }) {
  if (!isRegistered) return <Form action={register} hidden={hidden} submit={said.register} quiet />
  return (
    <>
      <p className="notice fine">{said.registered}</p>
      <Form action={withdraw} hidden={hidden} submit={said.withdraw} quiet />
    </>
  )
}

function Over({ session, mine }: { session: training.Session; mine: training.Attendance | null }) {
  return (
    <>
      {Boolean(mine?.watched_seconds) && <p>{said.wereThere} {span(mine!.watched_seconds)}.</p>}
      <p className="soft">{session.has_recording ? said.recordedAbove : said.unrecordedLead}</p>
    </>
  )
}

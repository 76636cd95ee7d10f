import Link from 'next/link'

import { callOff, change, end, start } from '../actions'
import { fieldsOf } from '../fields'

import { Failed } from '@/components/failed'
import { Folded, Form } from '@/components/form'
import { StaffHead } from '@/components/staff-head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { teaching as said } from '@/content/en-teaching'
import * as teaching from '@/lib/api/teaching'
import { member, token } from '@/lib/session'
import { moment, span } from '@/lib/told'

const { training, events } = words.staff

export const metadata = { title: training.title }

type Props = { params: Promise<{ id: string }> }

export default async function StaffSession({ params }: Props) {
  const { id } = await params
  const access = (await token()) ?? ''
  const [{ person }, { data: session, problem }] = await Promise.all([member(), teaching.show(id, access)])
  if (!session) return <Failed title={training.title} problem={problem} again="/staff/training" />
  const { title, status, starts_at: at, instructor_id: teacher } = session
  const { date, time, zone } = moment(at, 'UTC')
  return (
    <article className="wide section-end">
      <StaffHead title={title} back={['/staff/training', training.back]}>
        <p className="row meta"><span className={`badge ${status}`}>{training.states[status]}</span><span>{date}, {time} {zone}</span></p>
      </StaffHead>
      <div className="split">
        <section className="stack paired" aria-labelledby="what">
          <h2 id="what">{events.change}</h2>
          {status === 'scheduled' && <Form action={change} hidden={{ id }} fields={fieldsOf(session)} submit={words.staff.save} />}
          {status === 'canceled' && <p className="notice wrong">{events.off} {session.canceled_because}</p>}
          {(status === 'ended' || status === 'live') && <p className="opening prose">{session.description}</p>}
          {session.has_recording && <Recordings id={id} token={access} />}
        </section>
        <div className="stack">
          {status === 'live' && teacher === person?.id && <OnAir id={id} token={access} />}
          {status === 'scheduled' && <Before id={id} isTheirs={teacher === person?.id} />}
          <p><Link href={`/staff/training/${id}/attendance`} className="button quiet">{said.attendance.see}</Link></p>
          {status !== 'canceled' && <p><Link href={`/training/${id}`} className="more">{events.see}</Link></p>}
        </div>
      </div>
    </article>
  )
}

/** What may be done with a session that has not begun. */
function Before({ id, isTheirs }: { id: string; isTheirs: boolean }) {
  return (
    <section className="panel stack" aria-labelledby="before">
      <h2 id="before">{training.before}</h2>
      {isTheirs && <p className="soft small">{training.startLead}</p>}
      {isTheirs && <Form action={start} hidden={{ id }} submit={training.start} />}
      <Folded summary={events.callOff} action={callOff} hidden={{ id }} fields={[{ name: 'because', label: events.because, type: 'area', hint: training.becauseHint, maxLength: 2_000, rows: 4, optional: true }]} submit={events.callOffGo} quiet />
    </section>
  )
}

/** Where the instructor of a live session sends to; nobody else is told. */
async function OnAir({ id, token }: { id: string; token: string }) {
  const { data, problem } = await teaching.start(id, token)
  return (
    <section className="panel stack" aria-labelledby="air">
      <h2 id="air">{training.onAir}</h2>
      <p className="soft small">{training.onAirLead}</p>
      {problem && <Trouble problem={problem} again={`/staff/training/${id}`} />}
      {data && (
        <dl className="facts small">
          <div><dt>{training.server}</dt><dd className="code">{data.rtmps_url}</dd></div>
          <div><dt>{training.key}</dt><dd><details><summary>{training.showKey}</summary><span className="code">{data.rtmps_key}</span></details></dd></div>
          {data.webrtc_url && <div><dt>{training.browser}</dt><dd className="code">{data.webrtc_url}</dd></div>}
        </dl>
      )}
      <Form action={end} hidden={{ id }} submit={training.end} />
    </section>
  )
}

async function Recordings({ id, token }: { id: string; token: string }) {
  const { data, problem } = await teaching.recordings(id, token)
  return (
    <>
      <h2>{training.recordings}</h2>
      {problem && <Trouble problem={problem} again={`/staff/training/${id}`} />}
      {data && !data.videos.length && <p className="soft">{training.gone}</p>}
      {data && data.videos.length > 0 && <ul className="lights">{data.videos.map(({ video_id: video, seconds }) => <li key={video}><span className="code">{video}</span><span className="meta">{span(seconds)}</span></li>)}</ul>}
    </>
  )
}

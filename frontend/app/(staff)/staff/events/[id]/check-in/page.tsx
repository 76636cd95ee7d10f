import Link from 'next/link'
import { notFound } from 'next/navigation'

import { checkIn } from '../../actions'

import { Camera } from '@/components/camera'
import { Form } from '@/components/form'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as organizing from '@/lib/api/organizing'
import { token } from '@/lib/session'
import { moment } from '@/lib/told'

const { events } = words.staff

export const metadata = { title: events.checkIn }

type Props = { params: Promise<{ id: string }> }

export default async function CheckIn({ params }: Props) {
  const { id } = await params
  const access = (await token()) ?? ''
  const [event, found] = await Promise.all([organizing.show(id, access), organizing.attendees(id, access)])
  const problem = event.problem ?? found.problem
  if (problem?.status === 404 || problem?.status === 422) notFound()
  const here = `/staff/events/${id}`
  if (problem || !event.data || !found.data) return <div className="wide section"><h1 className="visually-hidden">{events.checkIn}</h1>{problem && <Trouble problem={problem} again={`${here}/check-in`} />}</div>
  return (
    <div className="wide section-end">
      <div className="page-head">
        <p className="meta">{events.door} <Link href={here}>{event.data.title}</Link></p>
        <h1>{events.checkIn}</h1>
        <p className="lead">{events.there(found.data.checked_in, found.data.confirmed)}</p>
      </div>
      <div className="split even">
        <section className="panel">
          <Form action={checkIn} hidden={{ id }} fields={[{ name: 'code', label: events.code, type: 'text', hint: events.codeHint, maxLength: 200, autoComplete: 'off' }]} submit={events.letIn}>
            <Camera said={events.camera} />
          </Form>
        </section>
        <Lately people={found.data.people} zone={event.data.timezone} />
      </div>
    </div>
  )
}

function Lately({ people, zone }: { people: organizing.Attendee[]; zone: string }) {
  const came = people.flatMap((each) => (each.checked_in_at ? [{ ...each, at: each.checked_in_at }] : [])).sort((one, other) => other.at.localeCompare(one.at))
  return (
    <section className="stack">
      <h2>{events.lately}</h2>
      {came.length
        ? <ul className="lights">{came.slice(0, 8).map(({ email, name, at }) => <li key={email}><b>{name}</b><span className="meta">{moment(at, zone).time}</span></li>)}</ul>
        : <p className="soft">{events.nobodyYet}</p>}
    </section>
  )
}

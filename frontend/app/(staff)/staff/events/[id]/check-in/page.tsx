import Link from 'next/link'

import { checkIn } from '../../actions'
import { eventAndPeople } from '../door'

import { Camera } from '@/components/camera'
import { Form } from '@/components/form'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import type { Attendee } from '@/lib/api/organizing'
import { moment } from '@/lib/told'

const { events } = words.staff

export const metadata = { title: events.checkIn }

type Props = { params: Promise<{ id: string }> }

export default async function CheckIn({ params }: Props) {
  const { id } = await params
  const { event, found, problem } = await eventAndPeople(id)
  const here = `/staff/events/${id}`
  if (problem || !event || !found) return <div className="wide section"><h1 className="visually-hidden">{events.checkIn}</h1>{problem && <Trouble problem={problem} again={`${here}/check-in`} />}</div>
  return (
    <div className="wide section-end">
      <div className="page-head">
        <p className="meta">{events.door} <Link href={here}>{event.title}</Link></p>
        <h1>{events.checkIn}</h1>
        <p className="lead">{events.there(found.checked_in, found.confirmed)}</p>
      </div>
      <div className="split even">
        <section className="panel">
          <Form action={checkIn} hidden={{ id }} fields={[{ name: 'code', label: events.code, type: 'text', hint: events.codeHint, maxLength: 200, autoComplete: 'off' }]} submit={events.letIn}>
            <Camera said={events.camera} />
          </Form>
        </section>
        <Lately people={found.people} zone={event.timezone} />
      </div>
    </div>
  )
}

function Lately({ people, zone }: { people: Attendee[]; zone: string }) {
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

import Link from 'next/link'

import { eventAndPeople } from '../door'

import { Empty } from '@/components/empty'
import { Table } from '@/components/table'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import type { Attendee } from '@/lib/api/organizing'
import { moment } from '@/lib/told'

const { events } = words.staff

export const metadata = { title: events.people }

type Props = { params: Promise<{ id: string }> }

export default async function Attendees({ params }: Props) {
  const { id } = await params
  const { event, found, problem } = await eventAndPeople(id)
  const here = `/staff/events/${id}`
  return (
    <div className="wide section-end">
      <div className="page-head">
        <p className="meta"><Link href={here}>{event?.title ?? events.back}</Link></p>
        <h1>{events.people}</h1>
        {found && <p className="lead">{events.counts(found.confirmed, found.waiting, found.checked_in)}</p>}
      </div>
      {problem && <Trouble problem={problem} again={`${here}/attendees`} />}
      {found && !found.people.length && <Empty title={events.noPeople} />}
      {event && found && found.people.length > 0 && (
        <div className="stack">
          <p className="row">
            <a href={`${here}/attendees.csv`} className="button quiet" download>{words.staff.csv}</a>
            <Link href={`${here}/check-in`} className="button quiet">{events.checkIn}</Link>
          </p>
          <Table caption={`${events.attendeesOf} ${event.title}`} columns={events.columns} lines={found.people.map((each) => line(each, event.timezone))} />
        </div>
      )}
    </div>
  )
}

function line({ name, email, status, asked_at: asked, checked_in_at: came }: Attendee, zone: string) {
  const told = (iso: string) => `${moment(iso, zone).month} ${moment(iso, zone).day}, ${moment(iso, zone).time}`
  const seat = <span className={`badge ${status}`}>{words.seat.states[status]}</span>
  return { key: email, cells: [name, <a key="mail" href={`mailto:${email}`}>{email}</a>, seat, told(asked), came ? told(came) : ''] }
}

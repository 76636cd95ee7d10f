import Link from 'next/link'

import { callOff, publish, repeat } from '../actions'

import { Folded, Form } from '@/components/form'
import { words } from '@/content/en'
import type { Event } from '@/lib/api'
import type { Attendees } from '@/lib/api/organizing'

const { events } = words.staff

type Props = { event: Event; people: Attendees | null }

/** Who comes to an event, and what may be done with it as a whole. */
export function Steps({ event, people }: Props) {
  const { id, status } = event
  const here = `/staff/events/${id}`
  return (
    <div className="stack">
      <section className="panel stack">
        <h2>{events.people}</h2>
        {people && <p className="soft">{events.counts(people.confirmed, people.waiting, people.checked_in)}</p>}
        <p className="row">
          <Link href={`${here}/attendees`} className="button quiet">{events.attendees}</Link>
          {status === 'published' && <Link href={`${here}/check-in`} className="button quiet">{events.checkIn}</Link>}
        </p>
        {status !== 'draft' && <p><Link href={`/events/${id}`} className="more">{events.see}</Link></p>}
      </section>
      {status === 'draft' && (
        <section className="panel stack">
          <h2>{events.publish}</h2>
          <p className="soft small">{events.publishLead}</p>
          <Form action={publish} hidden={{ id }} submit={events.publish} />
        </section>
      )}
      <section className="panel stack">
        <Folded summary={events.repeat} lead={events.repeatLead} action={repeat} hidden={{ id }} fields={[{ name: 'weeks', label: events.weeks, type: 'number', value: '1', min: 1, max: 104 }]} submit={events.repeatGo} quiet />
        {status !== 'canceled' && (
          <Folded summary={events.callOff} action={callOff} hidden={{ id }} fields={[{ name: 'because', label: events.because, type: 'area', hint: events.becauseHint, maxLength: 2_000, rows: 4, optional: true }]} submit={events.callOffGo} quiet />
        )}
      </section>
    </div>
  )
}

import Link from 'next/link'
import { notFound } from 'next/navigation'

import { change } from '../actions'
import { fieldsOf } from '../fields'

import { Steps } from './steps'

import { Form } from '@/components/form'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as organizing from '@/lib/api/organizing'
import { token } from '@/lib/session'
import { moment } from '@/lib/told'

const { events } = words.staff

export const metadata = { title: events.title }

type Props = { params: Promise<{ id: string }> }

export default async function StaffEvent({ params }: Props) {
  const { id } = await params
  const access = (await token()) ?? ''
  const [{ data: event, problem }, people] = await Promise.all([organizing.show(id, access), organizing.attendees(id, access)])
  if (problem?.status === 404 || problem?.status === 422) notFound()
  if (!event) return <div className="wide section"><h1 className="visually-hidden">{events.title}</h1><Trouble problem={problem} again={`/staff/events/${id}`} /></div>
  const { date, time, zone } = moment(event.starts_at, event.timezone)
  return (
    <article className={`wide section-end ${event.event_type}`}>
      <div className="page-head">
        <p className="meta"><Link href="/staff/events">{events.back}</Link></p>
        <h1>{event.title}</h1>
        <p className="row meta"><span className={`badge ${event.status}`}>{events.states[event.status]}</span><span>{date}, {time} {zone}</span></p>
      </div>
      <div className="split">
        <section className="stack paired" aria-labelledby="what">
          <h2 id="what">{events.change}</h2>
          {event.status === 'canceled'
            ? <p className="notice wrong">{events.off} {event.canceled_because}</p>
            : <Form action={change} hidden={{ id, price_before: String(event.price_cents) }} fields={fieldsOf(event)} submit={words.staff.save} />}
        </section>
        <Steps event={event} people={people.data} />
      </div>
    </article>
  )
}

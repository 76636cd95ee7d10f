import Link from 'next/link'
import { notFound, redirect } from 'next/navigation'

import { Ticket } from '@/components/ticket'
import { Trouble } from '@/components/trouble'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import { showEvent } from '@/lib/api'
import * as seats from '@/lib/api/seats'
import { member, token } from '@/lib/session'
import { moment } from '@/lib/told'

export const metadata = { title: words.seat.ticketTitle }

type Props = { params: Promise<{ id: string }> }

export default async function TicketPage({ params }: Props) {
  const { id } = await params
  const { person, problem: unknown } = await member()
  const access = (await token()) ?? ''
  const [event, seat] = await Promise.all([showEvent(id, access), seats.show(id, access)])
  const problem = unknown ?? event.problem ?? seat.problem
  if (problem?.status === 404 || problem?.status === 422) notFound()
  if (problem || !person || !event.data) return <div className="wide section">{problem && <Trouble problem={problem} again={`/events/${id}/ticket`} />}</div>
  if (!seat.data?.ticket) redirect(`/events/${id}`)
  const { title, starts_at, timezone, location, is_online } = event.data
  const { date, time, zone } = moment(starts_at, timezone)
  return (
    <div className="wide section">
      <article className={`admission ${event.data.event_type}`}>
        <div className="stack">
          <p className="meta">{ASSOCIATION.name}</p>
          <h1>{title}</h1>
          <dl className="facts">
            <div><dt>{words.events.facts.when}</dt><dd>{date}<br />{time} {zone}</dd></div>
            <div><dt>{words.events.facts.where}</dt><dd>{is_online ? words.events.online : location}</dd></div>
            <div><dt>{words.seat.holder}</dt><dd>{person.full_name}</dd></div>
          </dl>
        </div>
        <Ticket event={id} title={title} />
        <p className="meta code">{seat.data.ticket}</p>
      </article>
      <p className="row pages noprint"><span className="soft">{words.seat.show}</span> <Link href={`/events/${id}`}>{words.seat.back}</Link></p>
    </div>
  )
}

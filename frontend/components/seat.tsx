import Link from 'next/link'

import { giveSeatBack, takeSeat } from '@/app/(public)/events/[id]/actions'
import { Form } from '@/components/form'
import { Ticket } from '@/components/ticket'
import { words } from '@/content/en'
import type { Event } from '@/lib/api'
import type { Seat } from '@/lib/api/seats'
import { dollars, moment } from '@/lib/told'

const { seat: said } = words

type Props = { event: Event; seat: Seat | null; isKnown: boolean; isPaid: boolean }

/** What somebody has to do with an event's seats: theirs, or how to come by one. */
export function SeatPanel({ event, seat, isKnown, isPaid }: Props) {
  if (event.status === 'canceled') return <p className="notice wrong">{said.calledOff} {event.canceled_because}</p>
  const isOver = Date.parse(event.starts_at) <= Date.now()
  const isTheirs = seat !== null && seat.status !== 'canceled'
  return (
    <section id="seat" className="panel stack" aria-labelledby="seat-title">
      <h2 id="seat-title">{isTheirs ? said.yours : said.title}</h2>
      {isTheirs && <Standing event={event} seat={seat} isPaid={isPaid} />}
      {isOver && !isTheirs && <p className="soft">{said.over}</p>}
      {!isOver && isTheirs && <Form action={giveSeatBack} hidden={{ event: event.id, key: crypto.randomUUID() }} submit={seat.status === 'waitlist' ? said.stopWaiting : said.giveBack} quiet />}
      {!isOver && !isTheirs && <Offer event={event} isKnown={isKnown} />}
    </section>
  )
}

function Standing({ event, seat, isPaid }: { event: Event; seat: Seat; isPaid: boolean }) {
  const until = seat.held_until && moment(seat.held_until, event.timezone)
  return (
    <>
      <p><span className={`badge ${seat.status}`}>{said.states[seat.status]}</span></p>
      {seat.status === 'waitlist' && <p className="soft">{said.waiting}</p>}
      {seat.status === 'held' && isPaid && <p role="status" className="notice fine">{said.thanks}</p>}
      {seat.status === 'held' && !isPaid && until && <p className="soft">{said.held} {until.date}, {until.time} {until.zone}.</p>}
      {seat.status === 'held' && !isPaid && seat.pay_at && <p><a href={seat.pay_at} className="button">{said.pay} {dollars(event.price_cents)}</a></p>}
      {seat.status === 'held' && !isPaid && !seat.pay_at && <Form action={takeSeat} hidden={{ event: event.id, key: crypto.randomUUID() }} submit={said.openPay} />}
      {seat.ticket && (
        <>
          <Ticket event={event.id} title={event.title} />
          <p className="row"><Link className="more" href={`/events/${event.id}/ticket`}>{said.ticket}</Link></p>
        </>
      )}
    </>
  )
}

/** How to come by a seat; everything that refuses one is the API's to say. */
function Offer({ event, isKnown }: { event: Event; isKnown: boolean }) {
  const isFull = event.seats_left === 0
  if (isFull && !event.has_waitlist) return <p className="soft">{said.full}</p>
  const does = isFull ? said.wait : said.take
  return (
    <>
      <p className="soft">{isFull ? said.fullButWait : event.price_cents ? said.paid : said.free}</p>
      {isKnown
        ? <Form action={takeSeat} hidden={{ event: event.id, key: crypto.randomUUID() }} submit={does} />
        : <p><Link href={`/login?next=${encodeURIComponent(`/events/${event.id}`)}`} className="button">{said.logIn}</Link></p>}
    </>
  )
}

import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { DateRow } from '@/components/listed'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as seats from '@/lib/api/seats'
import { member, token } from '@/lib/session'

export const metadata = { title: words.seat.mine }

type Props = { searchParams: Promise<{ after?: string }> }

export default async function MyEvents({ searchParams }: Props) {
  const { after } = await searchParams
  const { problem } = await member()
  if (problem) return <div className="wide section"><Trouble problem={problem} again="/events/mine" /></div>
  const access = (await token()) ?? ''
  const [mine, calendar] = await Promise.all([seats.mine(access, after), seats.calendar(access)])
  return (
    <>
      <Head title={words.seat.mine} lead={words.seat.mineLead} />
      <div className="wide section-end split">
        <section aria-label={words.seat.mine}>
          {mine.problem && <Trouble problem={mine.problem} again="/events/mine" />}
          {mine.data && <Mine items={mine.data.items} />}
          {mine.data?.next && <p className="row pages"><Link className="button quiet" href={`/events/mine?after=${encodeURIComponent(mine.data.next)}`}>{words.seat.more}</Link></p>}
        </section>
        <section className="panel stack noprint">
          <h2>{words.seat.calendar}</h2>
          <p className="soft small">{words.seat.calendarLead}</p>
          {calendar.problem && <Trouble problem={calendar.problem} again="/events/mine" />}
          {calendar.data && (
            <>
              <p><a className="button quiet" href={calendar.data.url.replace(/^https?:/, 'webcal:')}>{words.seat.subscribe}</a></p>
              <p className="meta code">{calendar.data.url}</p>
            </>
          )}
        </section>
      </div>
    </>
  )
}

function Mine({ items }: { items: seats.MyEvent[] }) {
  if (!items.length) {
    return (
      <Empty title={words.seat.none} lead={words.seat.noneLead}>
        <Link href="/events" className="button">{words.home.allEvents}</Link>
      </Empty>
    )
  }
  return (
    <ul className="dates">
      {items.map(({ event, seat }) => (
        <DateRow key={event.id} event={event} level="h2">
          <span className={`badge ${seat.status}`}>{event.status === 'canceled' ? words.seat.off : words.seat.states[seat.status]}</span>
          {seat.ticket && event.status !== 'canceled' && <p className="small"><Link className="over" href={`/events/${event.id}/ticket`}>{words.seat.ticket}</Link></p>}
        </DateRow>
      ))}
    </ul>
  )
}

import Link from 'next/link'

import { Chips } from '@/components/chips'
import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { places } from '@/components/listed'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import type { Event } from '@/lib/api'
import * as organizing from '@/lib/api/organizing'
import { link } from '@/lib/links'
import { token } from '@/lib/session'
import { moment } from '@/lib/told'

const { events } = words.staff
const HERE = '/staff/events'
const WHEN = [[undefined, events.upcoming], ['past', events.past]] as const

export const metadata = { title: events.title }

type Props = { searchParams: Promise<{ when?: string; after?: string }> }

export default async function StaffEvents({ searchParams }: Props) {
  const { when: said, after } = await searchParams
  const when = said === 'past' ? 'past' : undefined
  const { data, problem } = await organizing.list({ when: when ?? 'upcoming', limit: 20, after }, (await token()) ?? '')
  return (
    <>
      <Head title={events.title} lead={events.lead}><p className="row pages"><Link href={`${HERE}/new`} className="button">{events.add}</Link></p></Head>
      <div className="wide section-end">
        <Chips title={events.when} options={WHEN} chosen={when} href={(each) => link(HERE, { when: each })} />
        {problem && <Trouble problem={problem} again={HERE} />}
        {data && !data.items.length && <Empty title={events.empty} lead={events.emptyLead} />}
        {data && data.items.length > 0 && <ul className="dates">{data.items.map((each) => <Row key={each.id} event={each} />)}</ul>}
        <p className="row pages">
          {after && <Link href={link(HERE, { when })} className="button quiet">{words.staff.first}</Link>}
          {data?.next && <Link href={link(HERE, { when, after: data.next })} className="button quiet">{words.staff.more}</Link>}
        </p>
      </div>
    </>
  )
}

function Row({ event }: { event: Event }) {
  const { day, month, year, time } = moment(event.starts_at, event.timezone)
  return (
    <li className={`date-row ${event.event_type}`}>
      <time className="day" dateTime={event.starts_at}><b>{day}</b>{month} {year}</time>
      <div>
        <h2><Link href={`${HERE}/${event.id}`}>{event.title}</Link></h2>
        <p className="meta">{words.events.kinds[event.event_type]} · {time} · {event.is_online ? words.events.online : event.location}</p>
      </div>
      <div className="aside">
        <span className={`badge ${event.status}`}>{events.states[event.status]}</span>
        <p className="meta">{places(event) || words.events.access[event.access_type]}</p>
      </div>
    </li>
  )
}

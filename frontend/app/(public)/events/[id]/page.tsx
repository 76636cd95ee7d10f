import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { cache } from 'react'

import { Data } from '@/components/data'
import { places, price } from '@/components/listed'
import { SeatPanel } from '@/components/seat'
import { Trouble } from '@/components/trouble'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import { type Event, showEvent } from '@/lib/api'
import * as seats from '@/lib/api/seats'
import { token } from '@/lib/session'
import { moment } from '@/lib/told'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ paid?: string }> }

const found = cache(async (id: string) => showEvent(id, await token()))

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = await found((await params).id)
  return { title: data?.title ?? words.events.gone, description: data?.description.slice(0, 160) }
}

export default async function EventPage({ params, searchParams }: Props) {
  const [{ id }, { paid }] = await Promise.all([params, searchParams])
  const { data: event, problem } = await found(id)
  if (problem?.status === 404 || problem?.status === 422) notFound()
  if (!event) return <div className="wide section"><Trouble problem={problem} again={`/events/${id}`} /></div>
  const access = await token()
  const seat = access ? (await seats.show(id, access)).data : null
  return (
    <article className={`wide section-end ${event.event_type}`}>
      <div className="page-head">
        <p className="meta"><Link href="/events">{words.events.back}</Link> · {words.events.kinds[event.event_type]}</p>
        <h1>{event.title}</h1>
      </div>
      <div className="split">
        <div className="prose">
          {event.description.split(/\n{2,}/).map((paragraph) => <p key={paragraph} className="opening">{paragraph}</p>)}
          <p className="row">{event.tags.map((tag) => <span key={tag} className="badge">{tag}</span>)}</p>
        </div>
        <div className="stack">
          <Facts event={event} />
          <SeatPanel event={event} seat={seat} isKnown={access !== undefined} isPaid={paid === 'yes'} />
        </div>
      </div>
      <Data of={described(event)} />
    </article>
  )
}

function Facts({ event }: { event: Event }) {
  const { date, time, zone } = moment(event.starts_at, event.timezone)
  const end = moment(event.ends_at, event.timezone)
  const { facts } = words.events
  return (
    <dl className="panel facts">
      <div><dt>{facts.when}</dt><dd><time dateTime={event.starts_at}>{date}<br />{time} – {end.date === date ? '' : `${end.date}, `}{end.time} {zone}</time></dd></div>
      <div><dt>{facts.where}</dt><dd>{event.is_online ? words.events.online : event.location}</dd></div>
      <div><dt>{facts.price}</dt><dd>{price(event)}</dd></div>
      {places(event) && <div><dt>{facts.places}</dt><dd>{places(event)}</dd></div>}
      <div><dt>{facts.who}</dt><dd><span className={`badge ${event.access_type}`}>{words.events.access[event.access_type]}</span></dd></div>
    </dl>
  )
}

/** The event for search engines, by schema.org. */
function described(event: Event) {
  const place = event.is_online
    ? { '@type': 'VirtualLocation', url: `/events/${event.id}` }
    : { '@type': 'Place', name: event.location, address: event.location }
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: event.title,
    description: event.description,
    startDate: event.starts_at,
    endDate: event.ends_at,
    location: place,
    organizer: { '@type': 'Organization', name: ASSOCIATION.name },
    offers: { '@type': 'Offer', price: (event.price_cents / 100).toFixed(2), priceCurrency: 'USD' },
  }
}

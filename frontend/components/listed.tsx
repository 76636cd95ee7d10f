import Link from 'next/link'
import type { ReactNode } from 'react'

import { Cover } from '@/components/cover'
import { words } from '@/content/en'
import type { Event, PostSummary } from '@/lib/api'
import { day, dollars, moment } from '@/lib/told'

/** Events as rows, each led by its date. */
export function Dates({ events, level = 'h2' }: { events: Event[]; level?: 'h2' | 'h3' }) {
  return (
    <ul className="dates">
      {events.map((event) => <DateRow key={event.id} event={event} level={level} />)}
    </ul>
  )
}

/** An event as a row; what stands at its end is about the event, or about the reader's seat. */
export function DateRow({ event, level: Level, children }: { event: Event; level: 'h2' | 'h3'; children?: ReactNode }) {
  const { day: number, month, year, time } = moment(event.starts_at, event.timezone)
  return (
    <li className={`date-row ${event.event_type}`}>
      <time className="day" dateTime={event.starts_at}><b>{number}</b>{month} {year}</time>
      <div>
        <Level><Link href={`/events/${event.id}`}>{event.title}</Link></Level>
        <p className="meta">{words.events.kinds[event.event_type]} · {time} · {event.is_online ? words.events.online : event.location}</p>
      </div>
      <div className="aside">
        {children ?? (
          <>
            <span className={`badge ${event.access_type}`}>{words.events.access[event.access_type]}</span>
            <p className="meta">{places(event) || price(event)}</p>
          </>
        )}
      </div>
    </li>
  )
}

export function price(event: Event): string {
  return event.price_cents ? dollars(event.price_cents) : words.events.free
}

export function places(event: Event): string {
  if (event.seats_left === null) return ''
  return event.seats_left ? `${event.seats_left} ${words.events.seats}` : words.events.full
}

/** Articles as cards. */
export function Posts({ posts, level = 'h2' }: { posts: PostSummary[]; level?: 'h2' | 'h3' }) {
  return (
    <ul className="grid">
      {posts.map((post) => <PostCard key={post.slug} post={post} level={level} />)}
    </ul>
  )
}

function PostCard({ post, level: Level }: { post: PostSummary; level: 'h2' | 'h3' }) {
  return (
    <li className="card">
      <Cover of={post.category} />
      <div>
        <p className="meta">{words.blog.categories[post.category] ?? post.category}</p>
        <Level><Link href={`/blog/${post.slug}`}>{post.title}</Link></Level>
        <p className="soft small">{post.excerpt}</p>
        <p className="meta">{post.author} · {day(post.published_at)} · {post.reading_minutes} {words.blog.minutes}</p>
      </div>
    </li>
  )
}

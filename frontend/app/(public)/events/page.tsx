import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Dates } from '@/components/listed'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { type EventType, listEvents, type When } from '@/lib/api'
import { env } from '@/lib/env'
import { path, token } from '@/lib/session'

export const metadata = { title: words.events.title, description: words.events.lead }

const WHEN: [When, string][] = [['upcoming', words.events.upcoming], ['past', words.events.past]]
const KINDS = Object.entries(words.events.kinds) as [EventType, string][]

type Asked = { when: When; kind: EventType | undefined; after: string | undefined }
type Props = { searchParams: Promise<Record<string, string | undefined>> }

/** The query of this page; what it does not know is left out, so that the API never refuses it. */
function read(query: Record<string, string | undefined>): Asked {
  const kind = KINDS.find(([each]) => each === query.kind)?.[0]
  return { when: query.when === 'past' ? 'past' : 'upcoming', kind, after: query.after }
}

function href({ when, kind, after }: Partial<Asked>): string {
  const query = new URLSearchParams()
  if (when === 'past') query.set('when', when)
  if (kind) query.set('kind', kind)
  if (after) query.set('after', after)
  return query.size ? `/events?${query}` : '/events'
}

/** The address that a calendar follows for every public event. */
function feed(): string {
  return new URL('/api/calendars/public.ics', env().publicApiUrl).href.replace(/^https?:/, 'webcal:')
}

export default async function Events({ searchParams }: Props) {
  const asked = read(await searchParams)
  const query = { when: asked.when, event_type: asked.kind, after: asked.after, limit: 12 }
  const { data, problem } = await listEvents(query, await token())
  return (
    <>
      <Head title={words.events.title} lead={words.events.lead}>
        <p className="pages"><a className="more" href={feed()}>{words.seat.all}</a></p>
      </Head>
      <div className="wide section-end">
        <Filters {...asked} />
        {problem && <Trouble problem={problem} again={await path()} />}
        {data && !data.items.length && (
          <Empty title={words.events.none} lead={words.events.noneLead}>
            <Link href="/events" className="button quiet">{words.events.reset}</Link>
          </Empty>
        )}
        {data && data.items.length > 0 && <Dates events={data.items} />}
        <div className="row pages">
          {asked.after && <Link href={href({ ...asked, after: undefined })} className="button quiet">{words.events.first}</Link>}
          {data?.next && <Link href={href({ ...asked, after: data.next })} className="button quiet">{words.events.more}</Link>}
        </div>
      </div>
    </>
  )
}

function Filters({ when, kind }: Asked) {
  const current = (is: boolean) => (is ? ('true' as const) : undefined)
  return (
    <nav className="filters" aria-label={words.events.kind}>
      <div>
        <b>{words.events.when}</b>
        {WHEN.map(([each, name]) => (
          <Link key={each} className="chip" href={href({ when: each, kind })} aria-current={current(each === when)}>{name}</Link>
        ))}
      </div>
      <div>
        <b>{words.events.kind}</b>
        <Link className="chip" href={href({ when })} aria-current={current(!kind)}>{words.events.any}</Link>
        {KINDS.map(([each, name]) => (
          <Link key={each} className="chip" href={href({ when, kind: each })} aria-current={current(each === kind)}>{name}</Link>
        ))}
      </div>
    </nav>
  )
}

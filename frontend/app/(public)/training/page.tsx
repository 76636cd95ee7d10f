import Link from 'next/link'

import { Chips } from '@/components/chips'
import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { LocalDay, LocalHour } from '@/components/local'
import { Trouble } from '@/components/trouble'
import { artOf, DISCIPLINES } from '@/content/association'
import { words } from '@/content/en'
import * as training from '@/lib/api/training'
import { link } from '@/lib/links'
import { path, token } from '@/lib/session'

export const metadata = { title: words.training.title, description: words.training.lead }

const { training: said } = words
const WHEN = [['upcoming', words.events.upcoming], ['past', said.past]] as const
const ARTS = [[undefined, words.events.any], ...DISCIPLINES.map(({ id, name }) => [id, name] as const)] as const

type Asked = { when: 'upcoming' | 'past'; art: string | undefined; after: string | undefined }
type Props = { searchParams: Promise<Record<string, string | undefined>> }

/** The query of this page; what it does not know is left out, so that the API never refuses it. */
function read(query: Record<string, string | undefined>): Asked {
  const art = DISCIPLINES.find(({ id }) => id === query.art)?.id
  return { when: query.when === 'past' ? 'past' : 'upcoming', art, after: query.after }
}

function href({ when, art, after }: Partial<Asked>): string {
  return link('/training', { when: when === 'past' ? when : undefined, art, after })
}

export default async function Training({ searchParams }: Props) {
  const asked = read(await searchParams)
  const query = { when: asked.when, discipline: asked.art, after: asked.after, limit: 12 }
  const { data, problem } = await training.list(query, await token())
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end">
        <Chips title={words.events.when} options={WHEN} chosen={asked.when} href={(when) => href({ ...asked, when, after: undefined })} />
        <Chips title={said.art} options={ARTS} chosen={asked.art} href={(art) => href({ ...asked, art, after: undefined })} />
        {problem && <Trouble problem={problem} again={await path()} />}
        {data && !data.items.length && (
          <Empty title={said.none} lead={said.noneLead}>
            <Link href="/training" className="button quiet">{said.reset}</Link>
          </Empty>
        )}
        {data && data.items.length > 0 && <ul className="dates">{data.items.map((each) => <Row key={each.id} session={each} />)}</ul>}
        <div className="row pages">
          {asked.after && <Link href={href({ ...asked, after: undefined })} className="button quiet">{words.events.first}</Link>}
          {data?.next && <Link href={href({ ...asked, after: data.next })} className="button quiet">{said.more}</Link>}
        </div>
      </div>
    </>
  )
}

function Row({ session }: { session: training.Session }) {
  const { id, title, discipline, starts_at: starts, duration_minutes: minutes, access_type: access } = session
  const art = artOf(discipline)
  return (
    <li className={`date-row ${art?.id ?? ''}`}>
      <LocalDay iso={starts} />
      <div>
        <h2><Link href={`/training/${id}`}>{title}</Link></h2>
        <p className="meta">{art?.name ?? discipline} · <LocalHour iso={starts} /> · {minutes} {said.minutes}</p>
      </div>
      <div className="aside">
        {session.status === 'live' ? <span className="badge live">{said.live}</span> : <span className={`badge ${access}`}>{words.events.access[access]}</span>}
        {session.status === 'ended' && <p className="meta">{session.has_recording ? said.recorded : said.unrecorded}</p>}
      </div>
    </li>
  )
}

import Link from 'next/link'

import { Chips } from '@/components/chips'
import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import type { Person } from '@/lib/api'
import * as library from '@/lib/api/library'
import { link } from '@/lib/links'
import { caller, path, token } from '@/lib/session'
import { kilobytes } from '@/lib/told'

const { resources: said } = words
const HERE = '/resources'
const KINDS = Object.entries(words.staff.resources.kinds) as [library.Resource['category'], string][]

export const metadata = { title: said.title, description: said.lead }

type Props = { searchParams: Promise<{ kind?: string; after?: string }> }

export default async function Resources({ searchParams }: Props) {
  const { kind: typed, after } = await searchParams
  const kind = KINDS.find(([each]) => each === typed)?.[0]
  const [{ data, problem }, { person }] = await Promise.all([library.list({ category: kind, after, limit: 24 }, await token()), caller()])
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end">
        <Chips title={said.kind} options={[[undefined, said.all], ...KINDS]} chosen={kind} href={(each) => link(HERE, { kind: each })} />
        {problem && <Trouble problem={problem} again={await path()} />}
        {data && !data.items.length && (
          <Empty title={kind ? said.noneOf : said.none} lead={kind ? undefined : said.noneLead}>
            {kind && <Link href={HERE} className="button quiet">{said.reset}</Link>}
          </Empty>
        )}
        {data && data.items.length > 0 && <ul className="dates">{data.items.map((each) => <Row key={each.id} resource={each} />)}</ul>}
        <div className="row pages">
          {after && <Link href={link(HERE, { kind })} className="button quiet">{said.first}</Link>}
          {data?.next && <Link href={link(HERE, { kind, after: data.next })} className="button quiet">{said.more}</Link>}
        </div>
        <More person={person} />
      </div>
    </>
  )
}

function Row({ resource: { id, title, description, category, access_type: access, file_name: name, media_type: type, size } }: { resource: library.Resource }) {
  return (
    <li className="date-row resource">
      <div>
        <h2>{title}</h2>
        {description && <p className="soft small">{description}</p>}
        <p className="meta">{words.staff.resources.kinds[category]} · {said.types[type] ?? type}, {kilobytes(size)} · {words.events.access[access]}</p>
      </div>
      <div className="aside">
        <a href={link(`${HERE}/${id}/file`, { name })} className="button quiet" download={name}>{said.save}<span className="visually-hidden"> {title}</span></a>
      </div>
    </li>
  )
}

/** That there is more for others than whoever looks at it. */
function More({ person }: { person: Person | null }) {
  if (person?.tier === 'premium' && person.role !== 'visitor') return null
  return (
    <p className="soft pages">
      {person && person.role !== 'visitor' ? said.premiumOnly : said.membersOnly}{' '}
      {person ? <Link href="/membership">{words.nav.membership}</Link> : <Link href={`/login?next=${HERE}`}>{words.nav.logIn}</Link>}
    </p>
  )
}

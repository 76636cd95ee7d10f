import Link from 'next/link'

import { Chips } from '@/components/chips'
import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Portrait } from '@/components/portrait'
import { Trouble } from '@/components/trouble'
import { artOf } from '@/content/association'
import { words } from '@/content/en'
import * as people from '@/lib/api/people'
import { link } from '@/lib/links'
import { path, token } from '@/lib/session'

const { people: said, members } = words

export const metadata = { title: said.title, description: said.lead }

const ROLES = [[undefined, said.all], ...said.roles] as const

type Props = { searchParams: Promise<{ role?: string; after?: string }> }

export default async function People({ searchParams }: Props) {
  const { role: typed, after } = await searchParams
  const role = said.roles.find(([each]) => each === typed)?.[0]
  const [{ data, problem }, access] = await Promise.all([people.list({ role, after }), token()])
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end">
        <Chips title={said.who} options={ROLES} chosen={role} href={(each) => link('/people', { role: each })} />
        {problem && <Trouble problem={problem} again={await path()} />}
        {data && !data.items.length && <Empty title={said.none} />}
        {data && <ul className="grid">{data.items.map((each) => <Card key={each.id} person={each} isKnown={Boolean(access)} />)}</ul>}
        <div className="row pages">
          {after && <Link href={link('/people', { role })} className="button quiet">{said.first}</Link>}
          {data?.next && <Link href={link('/people', { role, after: data.next })} className="button quiet">{said.more}</Link>}
        </div>
      </div>
    </>
  )
}

function Card({ person, isKnown }: { person: people.Shown; isKnown: boolean }) {
  const arts = person.disciplines.map((each) => artOf(each)?.name ?? each).join(', ')
  return (
    <li className="card">
      <div>
        <div className="who-row">
          <Portrait person={person} isKnown={isKnown} />
          <div>
            <h2><Link href={`/people/${person.id}`}>{person.full_name}</Link></h2>
            <p className="meta">{members.roles[person.role]}{person.rank && ` · ${person.rank}`}</p>
          </div>
        </div>
        <p className="soft small clamped">{person.bio}</p>
        <p className="meta">{[arts, person.location].filter(Boolean).join(' · ')}</p>
      </div>
    </li>
  )
}

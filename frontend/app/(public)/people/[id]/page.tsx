import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { cache } from 'react'

import { Data } from '@/components/data'
import { Portrait } from '@/components/portrait'
import { Trouble } from '@/components/trouble'
import { artOf, ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import * as people from '@/lib/api/people'
import { token } from '@/lib/session'

const { people: said, members } = words

type Props = { params: Promise<{ id: string }> }

const found = cache(people.show)

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { data } = await found((await params).id)
  return { title: data?.full_name ?? said.title, description: data?.bio.slice(0, 160) }
}

export default async function PersonPage({ params }: Props) {
  const { id } = await params
  const [{ data: person, problem }, access] = await Promise.all([found(id), token()])
  if (problem?.status === 404 || problem?.status === 422) notFound()
  if (!person) return <div className="wide section"><Trouble problem={problem} again={`/people/${id}`} /></div>
  const facts = [
    [said.rank, person.rank],
    [said.arts, person.disciplines.map((each) => artOf(each)?.name ?? each).join(', ')],
    [said.where, person.location],
  ].filter(([, fact]) => fact)
  return (
    <article className="wide section-end">
      <div className="page-head">
        <p className="meta"><Link href="/people">{said.back}</Link> · {members.roles[person.role]}</p>
        <div className="who-row">
          <Portrait person={person} isKnown={Boolean(access)} size="large" />
          <h1>{person.full_name}</h1>
        </div>
      </div>
      <div className="split">
        <div className="prose">
          {person.bio.split(/\n{2,}/).map((paragraph) => <p key={paragraph} className="opening">{paragraph}</p>)}
        </div>
        {facts.length > 0 && <dl className="panel facts">{facts.map(([name, fact]) => <div key={name}><dt>{name}</dt><dd>{fact}</dd></div>)}</dl>}
      </div>
      <Data of={described(person)} />
    </article>
  )
}

/** The person for search engines, by schema.org. */
function described(person: people.Shown) {
  return {
    '@context': 'https://schema.org',
    '@type': 'Person',
    name: person.full_name,
    description: person.bio,
    memberOf: { '@type': 'Organization', name: ASSOCIATION.name },
  }
}

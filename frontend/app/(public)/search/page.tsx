import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { type Result, search } from '@/lib/api'
import { path, token } from '@/lib/session'

export const metadata = { title: words.search.title, description: words.search.lead }

const LONGEST = 500

type Props = { searchParams: Promise<{ q?: string }> }

export default async function Search({ searchParams }: Props) {
  const q = ((await searchParams).q ?? '').trim().slice(0, LONGEST)
  const answer = q ? await search({ q, limit: 12 }, await token()) : null
  return (
    <>
      <Head title={words.search.title} lead={words.search.lead} />
      <div className="wide section-end stack">
        <form action="/search" role="search" className="searchbox">
          <label htmlFor="q" className="visually-hidden">{words.search.label}</label>
          <input id="q" name="q" type="search" defaultValue={q} maxLength={LONGEST} placeholder={words.search.label} required />
          <button className="button">{words.search.go}</button>
        </form>
        {!answer && <Examples />}
        {answer?.problem && <Trouble problem={answer.problem} again={await path()} />}
        {answer?.data && <Found results={answer.data.results} q={q} />}
      </div>
    </>
  )
}

function Examples() {
  return (
    <p className="row">
      <span className="soft">{words.search.try}</span>
      {words.search.examples.map((each) => <Link key={each} className="chip" href={`/search?q=${encodeURIComponent(each)}`}>{each}</Link>)}
    </p>
  )
}

function Found({ results, q }: { results: Result[]; q: string }) {
  if (!results.length) return <Empty title={words.search.none} lead={words.search.noneLead} />
  return (
    <>
      <p role="status" className="soft">{words.search.found(results.length, q)}</p>
      <ul className="dates">
        {results.map((each) => (
          <li key={each.url} className="answer">
            <p className="meta">{words.search.kinds[each.kind] ?? each.kind}</p>
            <h2><Link href={each.url}>{each.title}</Link></h2>
            <p className="soft">{each.snippet}</p>
          </li>
        ))}
      </ul>
    </>
  )
}

import Link from 'next/link'

import { judge } from './actions'
import { InShort } from './in-short'

import { Chips } from '@/components/chips'
import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Helpful } from '@/components/helpful'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as search from '@/lib/api/search'
import { link } from '@/lib/links'
import { path, token } from '@/lib/session'

const { search: said } = words
const LONGEST = 500
const KINDS = Object.entries(said.kinds) as [search.Kind, string][]

export const metadata = { title: said.title, description: said.lead }

type Props = { searchParams: Promise<{ q?: string; kind?: string }> }

export default async function Search({ searchParams }: Props) {
  const asked = await searchParams
  const q = (asked.q ?? '').trim().slice(0, LONGEST)
  const kind = KINDS.find(([each]) => each === asked.kind)?.[0]
  const access = await token()
  const [found, answer] = q ? await Promise.all([search.find({ q, kind, limit: 12 }, access), kind ? null : search.ask(q, access)]) : [null, null]
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end stack">
        <form action="/search" role="search" className="searchbox">
          <label htmlFor="q" className="visually-hidden">{said.label}</label>
          <input id="q" name="q" type="search" defaultValue={q} maxLength={LONGEST} placeholder={said.label} required />
          <button className="button">{said.go}</button>
        </form>
        {!found && <Questions title={said.try} questions={said.examples} />}
        {found && <Chips title={said.what} options={[[undefined, said.everything], ...KINDS]} chosen={kind} href={(each) => link('/search', { q, kind: each })} />}
        {found?.problem && <Trouble problem={found.problem} again={await path()} />}
        {found?.data && !found.data.results.length && (
          <Empty title={said.none} lead={said.noneLead}>{kind && <Link href={link('/search', { q })} className="button quiet">{said.all}</Link>}</Empty>
        )}
        {found?.data && found.data.results.length > 0 && <Found results={found.data.results} answer={answer?.data ?? null} q={q} />}
      </div>
    </>
  )
}

/** Questions to ask with one click; none is asked before that, since each is counted. */
function Questions({ title, questions }: { title: string; questions: readonly string[] }) {
  return (
    <p className="row">
      <span className="soft">{title}</span>
      {questions.map((each) => <Link key={each} className="chip" href={link('/search', { q: each })} prefetch={false}>{each}</Link>)}
    </p>
  )
}

/** The answer with what it is taken from, and then what else was found. */
function Found({ results, answer, q }: { results: search.Result[]; answer: search.Answer | null; q: string }) {
  const sources = answer?.sources ?? []
  const others = results.filter(({ url }) => !sources.some((source) => source.url === url))
  const isWritten = answer !== null && answer.written_by !== 'excerpts'
  const helpful = answer?.query_id && <Helpful action={judge} query={answer.query_id} said={{ helpful: said.helpful, yes: said.yes, no: said.no }} />
  return (
    <>
      {answer && isWritten && <InShort answer={answer}>{helpful}</InShort>}
      {answer?.notice && <p className="notice">{answer.notice}</p>}
      <p role="status" className="soft">{said.found(sources.length + others.length, q)}</p>
      <ol className="dates answers">
        {[...sources, ...others].map(({ url, kind, title, snippet }, n) => (
          <li key={url} id={n < sources.length ? `source-${n + 1}` : undefined} className="answer">
            <p className="meta">{isWritten && n < sources.length && <b className="numbered">{n + 1}</b>}{said.one[kind] ?? kind}</p>
            <h2><Link href={url}>{title}</Link></h2>
            <p className="soft">{snippet}</p>
          </li>
        ))}
      </ol>
      {!isWritten && helpful}
      {answer && answer.related.length > 0 && <Questions title={said.related} questions={answer.related} />}
    </>
  )
}

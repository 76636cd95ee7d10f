import Link from 'next/link'

import { askAgain, remove } from './actions'
import { type Asked, query, STATES } from './asked'
import { Standing } from './standing'

import { Chips } from '@/components/chips'
import { Empty } from '@/components/empty'
import { Folded, Form } from '@/components/form'
import { Head } from '@/components/head'
import { Searchbox } from '@/components/searchbox'
import { Table } from '@/components/table'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as readers from '@/lib/api/readers'
import { link } from '@/lib/links'
import { token } from '@/lib/session'
import { shortDay } from '@/lib/told'

const { newsletter: said } = words.staff
const HERE = '/staff/newsletter'

export const metadata = { title: said.title }

type Props = { searchParams: Promise<Asked & { after?: string; then?: string }> }

export default async function Newsletter({ searchParams }: Props) {
  const { after, then, ...typed } = await searchParams
  const asked = query(typed)
  const access = (await token()) ?? ''
  const [{ data, problem }, counts] = await Promise.all([readers.list({ ...asked, after, limit: 25 }, access), readers.counts(access)])
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end stack">
        {then === 'removed' && <p role="status" className="notice fine">{said.removed}</p>}
        {counts.data ? <Standing counts={counts.data} /> : <Trouble problem={counts.problem} again={HERE} />}
        <Searchbox action={HERE} name="email" label={said.email} value={typed.email} hidden={{ status: asked.status }} />
        <Chips title={words.staff.state} options={[[undefined, words.staff.all], ...STATES]} chosen={asked.status} href={(each) => link(HERE, { email: asked.email, status: each })} />
        <p className="row">
          <a href={link(`${HERE}/table.csv`, asked)} className="button quiet" download>{words.staff.csv}</a>
          {(asked.email || asked.status) && <Link href={HERE} className="button quiet">{said.reset}</Link>}
        </p>
        {problem && <Trouble problem={problem} again={HERE} />}
        {data && !data.items.length && <Empty title={said.none} lead={said.noneLead} />}
        {data && data.items.length > 0 && <Table caption={said.title} columns={said.columns} lines={data.items.map(line)} />}
        <p className="row">
          {after && <Link href={link(HERE, asked)} className="button quiet">{words.staff.first}</Link>}
          {data?.next && <Link href={link(HERE, { ...asked, after: data.next })} className="button quiet">{words.staff.more}</Link>}
        </p>
      </div>
    </>
  )
}

function line(reader: readers.Reader) {
  const { id, email, status, interests, consented_at: asked, subscribed_at: since, is_known_to_beehiiv: isKnown } = reader
  const told = words.newsletter.interests.filter(([each]) => interests.includes(each)).map(([, name]) => name).join(', ')
  return {
    key: id,
    cells: [
      email,
      <span key="state" className={`badge ${status}`}>{said.states[status]}</span>,
      told,
      asked && <time key="asked" dateTime={asked}>{shortDay(asked)}</time>,
      since && <time key="since" dateTime={since}>{shortDay(since)}</time>,
      isKnown ? said.known : status === 'subscribed' ? said.unknown : '',
      <Does key="does" reader={reader} />,
    ],
  }
}

/** What may be done about an address. */
function Does({ reader: { id, email, status, consented_at: asked } }: { reader: readers.Reader }) {
  return (
    <div className="does">
      {status === 'pending' && asked && <Form action={askAgain} hidden={{ id, email }} submit={said.again} about={email} quiet />}
      <Folded summary={said.remove} lead={said.removeLead} action={remove} hidden={{ id }} submit={said.removeGo} about={email} quiet />
    </div>
  )
}

import Link from 'next/link'

import { type Asked, query } from './asked'
import { Verdict } from './verdict'

import { Empty } from '@/components/empty'
import { Field } from '@/components/field'
import { Head } from '@/components/head'
import { Table } from '@/components/table'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as audit from '@/lib/api/audit'
import { link } from '@/lib/links'
import { token } from '@/lib/session'
import { moment } from '@/lib/told'

const { audit: said } = words.staff
const HERE = '/staff/audit'

export const metadata = { title: said.title }

type Props = { searchParams: Promise<Asked & { after?: string }> }

export default async function Audit({ searchParams }: Props) {
  const { after, ...asked } = await searchParams
  const { data, problem } = await audit.list({ ...query(asked), after, limit: 50 }, (await token()) ?? '')
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end stack">
        {data?.chain && <Verdict chain={data.chain} />}
        <form action={HERE} className="form asking">
          {asked.actor && <input type="hidden" name="actor" value={asked.actor} />}
          <Field name="action" label={said.action} type="text" value={asked.action} hint={said.actionHint} optional />
          <Field name="subject" label={said.subject} type="text" value={asked.subject} hint={said.subjectHint} optional />
          <Field name="from" label={said.from} type="date" value={asked.from} optional />
          <Field name="to" label={said.to} type="date" value={asked.to} optional />
          <button className="button">{said.ask}</button>
        </form>
        <p className="row">
          <a href={link(`${HERE}/table.csv`, asked)} className="button quiet" download>{words.staff.csv}</a>
          {Object.values(asked).some(Boolean) && <Link href={HERE} className="button quiet">{said.everything}</Link>}
        </p>
        {problem && <Trouble problem={problem} again={HERE} />}
        {data && !data.items.length && <Empty title={said.none} />}
        {data && data.items.length > 0 && <Table caption={said.title} columns={said.columns} numeric={[0]} lines={data.items.map((each) => line(each, asked))} />}
        <p className="row">
          {after && <Link href={link(HERE, asked)} className="button quiet">{words.staff.first}</Link>}
          {data?.next && <Link href={link(HERE, { ...asked, after: data.next })} className="button quiet">{said.older}</Link>}
        </p>
      </div>
    </>
  )
}

function line({ number, at, actor_id: actor, actor_name: name, action, subject, details, digest }: audit.Entry, asked: Asked) {
  const { day, month, year, time } = moment(at, 'UTC')
  const who = actor ? <Link key="who" href={link(HERE, { ...asked, actor })}>{name ?? said.forgotten}</Link> : said.platform
  const told = Object.entries(details).map(([what, value]) => `${what}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ')
  return {
    key: String(number),
    cells: [
      number,
      <time key="at" dateTime={at}>{month} {day}, {year}, {time}</time>,
      who,
      <Link key="action" href={link(HERE, { ...asked, action })}>{action}</Link>,
      <Link key="subject" href={link(HERE, { ...asked, subject })} className="code short" title={subject}>{subject}</Link>,
      <span key="details" className="small">{told}</span>,
      <span key="digest" className="code" title={digest}>{digest.slice(0, 8)}</span>,
    ],
  }
}

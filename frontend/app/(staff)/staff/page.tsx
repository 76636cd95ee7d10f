import Link from 'next/link'

import { Head } from '@/components/head'
import { sectionsOf } from '@/components/staff'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as board from '@/lib/api/board'
import * as organizing from '@/lib/api/organizing'
import { atLeast } from '@/lib/roles'
import { member, token } from '@/lib/session'
import { moment } from '@/lib/told'

const { staff } = words

export const metadata = { title: staff.title }

export default async function StaffHome() {
  const { person, problem } = await member()
  if (!person) return <div className="wide section">{problem && <Trouble problem={problem} again="/staff" />}</div>
  const access = (await token()) ?? ''
  const [events, pending] = await Promise.all([organizing.list({ when: 'upcoming', limit: 5 }, access), atLeast(person, 'board_member') ? board.list({ status: 'pending' }, access) : null])
  return (
    <>
      <Head title={staff.title} lead={staff.lead} />
      <div className="wide section-end split">
        <section className="stack" aria-labelledby="all">
          <h2 id="all">{staff.everything}</h2>
          <ul className="doors">
            {sectionsOf(person).map(({ href, name, lead }) => <li key={href}><h3><Link href={href}>{name}</Link></h3><p className="soft small">{lead}</p></li>)}
          </ul>
        </section>
        <div className="stack">
          {pending?.data && pending.data.items.length > 0 && (
            <section className="panel stack">
              <h2>{staff.waiting}</h2>
              <p><Link href="/board/applications?status=pending">{staff.sections.applications[0]}: {staff.toRead(`${pending.data.items.length}${pending.data.next ? '+' : ''}`)}</Link></p>
            </section>
          )}
          <section className="panel stack">
            <h2>{staff.nextEvents}</h2>
            {events.problem && <Trouble problem={events.problem} again="/staff" />}
            {events.data && !events.data.items.length && <p className="soft">{staff.noEvents}</p>}
            <ul className="lights">
              {events.data?.items.map(({ id, title, starts_at: at, timezone: zone }) => (
                <li key={id}><Link href={`/staff/events/${id}`}>{title}</Link><span className="meta">{moment(at, zone).month} {moment(at, zone).day}, {moment(at, zone).time}</span></li>
              ))}
            </ul>
          </section>
        </div>
      </div>
    </>
  )
}

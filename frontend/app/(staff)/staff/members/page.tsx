import Link from 'next/link'

import { Chips } from '@/components/chips'
import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Searchbox } from '@/components/searchbox'
import { Table } from '@/components/table'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as members from '@/lib/api/members'
import { link } from '@/lib/links'
import type { Role } from '@/lib/roles'
import { token } from '@/lib/session'
import { shortDay } from '@/lib/told'

const { people } = words.staff
const HERE = '/staff/members'
const ROLES = Object.entries(words.members.roles) as [Role, string][]
const STATES = Object.entries(people.states) as [members.Member['status'], string][]

export const metadata = { title: people.title }

type Props = { searchParams: Promise<Record<string, string | undefined>> }

export default async function Members({ searchParams }: Props) {
  const { search, after, role: saidRole, status: saidStatus } = await searchParams
  const role = ROLES.find(([each]) => each === saidRole)?.[0]
  const status = STATES.find(([each]) => each === saidStatus)?.[0]
  const { data, problem } = await members.list({ ...(search ? { search: search.slice(0, 200) } : {}), role, status, after, limit: 25 }, (await token()) ?? '')
  const asked = { search, role, status }
  return (
    <>
      <Head title={people.title} lead={people.lead} />
      <div className="wide section-end stack">
        <Searchbox action={HERE} name="search" label={people.search} value={search} hidden={{ role, status }} />
        <div>
          <Chips title={words.members.role} options={[[undefined, words.staff.all], ...ROLES]} chosen={role} href={(each) => link(HERE, { ...asked, role: each })} />
          <Chips title={words.staff.state} options={[[undefined, words.staff.all], ...STATES]} chosen={status} href={(each) => link(HERE, { ...asked, status: each })} />
        </div>
        {problem && <Trouble problem={problem} again={HERE} />}
        {data && !data.items.length && <Empty title={people.none} lead={people.noneLead}><Link href={HERE} className="button quiet">{people.reset}</Link></Empty>}
        {data && data.items.length > 0 && <Table caption={people.title} columns={people.columns} lines={data.items.map(line)} />}
        <p className="row">
          {after && <Link href={link(HERE, asked)} className="button quiet">{words.staff.first}</Link>}
          {data?.next && <Link href={link(HERE, { ...asked, after: data.next })} className="button quiet">{words.staff.more}</Link>}
        </p>
      </div>
    </>
  )
}

function line({ id, full_name: name, email, role, tier, status, created_at: since }: members.Member) {
  const state = <span className={`badge ${status}`}>{people.states[status]}</span>
  return { key: id, cells: [<Link key="name" href={`${HERE}/${id}`}>{name}</Link>, email, words.members.roles[role], words.membership.tiers[tier], state, shortDay(since)] }
}

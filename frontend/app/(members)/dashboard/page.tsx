import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Dates } from '@/components/listed'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { listEvents } from '@/lib/api'
import { atLeast } from '@/lib/roles'
import { member, token } from '@/lib/session'

export const metadata = { title: words.nav.dashboard }

export default async function Dashboard() {
  const [{ person, problem }, events] = await Promise.all([member(), listEvents({ limit: 6 }, await token())])
  if (!person) return <div className="wide section">{problem && <Trouble problem={problem} again="/dashboard" />}</div>
  const { members } = words
  return (
    <>
      <Head title={members.hello(person.full_name.split(' ')[0] ?? person.full_name)} lead={members.lead} />
      <div className="wide section-end split">
        <section>
          <div className="heading-row"><h2>{members.next}</h2><Link className="more" href="/events">{words.home.allEvents}</Link></div>
          {events.problem && <Trouble problem={events.problem} again="/dashboard" />}
          {events.data && (events.data.items.length ? <Dates events={events.data.items} level="h3" /> : <Empty title={words.events.none} />)}
        </section>
        <section className="panel">
          <h2 className="spaced">{members.membership}</h2>
          <dl className="facts">
            <div><dt>{members.role}</dt><dd>{members.roles[person.role]}</dd></div>
            <div><dt>{members.tier}</dt><dd>{words.membership.tiers[person.tier]}</dd></div>
            <div><dt>{members.rank}</dt><dd>{person.rank || members.none}</dd></div>
          </dl>
          {atLeast(person, 'instructor') && <p className="row pages"><Link href="/staff" className="button">{words.staff.nav}</Link></p>}
          {person.role === 'visitor' && <p className="row pages"><Link href="/application" className="button">{words.apply.title}</Link></p>}
          <p className="row pages"><Link href="/events/mine" className="button quiet">{words.seat.mine}</Link><Link href="/training" className="button quiet">{words.nav.training}</Link><Link href="/resources" className="button quiet">{words.nav.resources}</Link><Link href="/profile" className="button quiet">{members.profile}</Link></p>
        </section>
      </div>
    </>
  )
}

import Link from 'next/link'

import { Account } from './account'

import { Failed } from '@/components/failed'
import { program } from '@/components/sessions'
import { StaffHead } from '@/components/staff-head'
import { words } from '@/content/en'
import * as members from '@/lib/api/members'
import { link } from '@/lib/links'
import { member, token } from '@/lib/session'
import { day, dollars } from '@/lib/told'

const { people } = words.staff

export const metadata = { title: people.title }

type Props = { params: Promise<{ id: string }> }

export default async function OneMember({ params }: Props) {
  const { id } = await params
  const [{ person }, { data: shown, problem }] = await Promise.all([member(), members.show(id, (await token()) ?? '')])
  if (!shown) return <Failed title={people.title} problem={problem} again="/staff/members" />
  return (
    <article className="wide section-end">
      <StaffHead title={shown.full_name} back={['/staff/members', people.back]}>
        <p className="row meta"><span className={`badge ${shown.status}`}>{people.states[shown.status]}</span><span>{words.members.roles[shown.role]}</span><a href={`mailto:${shown.email}`}>{shown.email}</a></p>
      </StaffHead>
      <div className="split">
        <div className="stack">
          <Facts shown={shown} />
          <Applications shown={shown} />
          <Subscriptions shown={shown} />
          <Sessions shown={shown} />
        </div>
        <Account shown={shown} isSelf={person?.id === id} log={link('/staff/audit', { subject: `profiles/${id}` })} />
      </div>
    </article>
  )
}

type Of = { shown: members.Overview }

function Facts({ shown }: Of) {
  const { consents } = shown
  const facts: [string, string][] = [
    [people.since, day(shown.created_at)],
    [words.members.tier, words.membership.tiers[shown.tier]],
    [words.members.rank, shown.rank || words.members.none],
    [words.members.arts, shown.disciplines.join(', ') || words.members.none],
    [people.place, shown.location || words.members.none],
    [people.phone, shown.phone || words.members.none],
    [people.took, people.tookPart(shown.seats, shown.trainings)],
    [people.terms, consents.terms_accepted_at ? [consents.terms_version, day(consents.terms_accepted_at)].filter(Boolean).join(', ') : words.members.none],
    [people.newsletter, consents.newsletter ?? words.staff.none],
  ]
  return <dl className="facts ruled">{facts.map(([name, told]) => <div key={name}><dt>{name}</dt><dd>{told}</dd></div>)}</dl>
}

function Applications({ shown }: Of) {
  return (
    <section className="stack chapter">
      <h2>{people.applications}</h2>
      {!shown.applications.length && <p className="soft">{words.staff.none}</p>}
      <ul className="lights">
        {shown.applications.map(({ id, status, requested_tier: tier, submitted_at: at }) => (
          <li key={id}>
            {status === 'draft' ? <span>{words.membership.tiers[tier]}</span> : <Link href={`/board/applications/${id}`}>{words.membership.tiers[tier]}{at && `, ${day(at)}`}</Link>}
            <span className={`badge ${status}`}>{words.apply.states[status]}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Subscriptions({ shown }: Of) {
  return (
    <section className="stack chapter">
      <h2>{people.subscriptions}</h2>
      {!shown.subscriptions.length && <p className="soft">{words.staff.none}</p>}
      <ul className="lights">
        {shown.subscriptions.map(({ id, tier, status, current_period_end: until, paid_cents: paid, stripe_subscription_id: at }) => (
          <li key={id}>
            <div><b>{words.membership.tiers[tier]}</b> <span className={`badge ${status}`}>{words.membership.mine.states[status]}</span><p className="meta code">{at}</p></div>
            <p className="meta">{people.until} {day(until)} · {people.paid} {dollars(paid)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Sessions({ shown }: Of) {
  return (
    <section className="stack chapter">
      <h2>{people.loggedIn}</h2>
      {!shown.sessions.length && <p className="soft">{people.nowhere}</p>}
      <ul className="lights">
        {shown.sessions.map(({ began_at: began, used_at: used, agent }) => (
          <li key={`${began}${used}${agent}`}><span className="small">{program(agent)}</span><span className="meta">{words.members.used} {day(used)}</span></li>
        ))}
      </ul>
    </section>
  )
}

import Link from 'next/link'

import { changePassword } from './actions'

import { Folded } from '@/components/form'
import { Head } from '@/components/head'
import { Sessions } from '@/components/sessions'
import { Trouble } from '@/components/trouble'
import { artOf } from '@/content/association'
import { words } from '@/content/en'
import { listSessions } from '@/lib/api'
import { member, token } from '@/lib/session'

export const metadata = { title: words.members.profile }

export default async function Profile() {
  const { person, problem } = await member()
  if (!person) return <div className="wide section">{problem && <Trouble problem={problem} again="/profile" />}</div>
  const { members, account } = words
  const sessions = await listSessions((await token()) ?? '')
  const facts: [string, string][] = [
    [account.name, person.full_name],
    [account.email, person.email],
    [members.role, members.roles[person.role] ?? person.role],
    [members.tier, words.membership.tiers[person.tier]],
    [members.rank, person.rank || members.none],
    [members.arts, person.disciplines.map((each) => artOf(each)?.name ?? each).join(', ') || members.none],
  ]
  return (
    <>
      <Head title={members.profile} lead={members.profileLead} />
      <div className="wide section-end split even">
        <div className="stack">
          <dl className="facts ruled">{facts.map(([name, fact]) => <div key={name}><dt>{name}</dt><dd>{fact}</dd></div>)}</dl>
          <p className="row">
            <Link href="/profile/edit" className="button">{words.people.edit}</Link>
            <Link href="/profile/privacy" className="button quiet">{words.privacy.nav}</Link>
          </p>
          <Folded
            summary={members.changePassword}
            lead={members.passwordLead}
            action={changePassword}
            fields={[
              { name: 'current', label: members.current, type: 'password', autoComplete: 'current-password' },
              { name: 'password', label: members.fresh, type: 'password', autoComplete: 'new-password', minLength: 10, hint: account.passwordHint },
            ]}
            submit={members.changePassword}
          />
        </div>
        <section className="panel stack">
          <h2>{members.session}</h2>
          <p className="soft small">{members.sessionLead}</p>
          {sessions.data ? <Sessions sessions={sessions.data} /> : <Trouble problem={sessions.problem} again="/profile" />}
          <p className="small"><Link href="/contact">{members.write}</Link></p>
        </section>
      </div>
    </>
  )
}

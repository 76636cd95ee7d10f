import Link from 'next/link'

import { changeRole, restore, suspend } from '../actions'

import { Folded, Form } from '@/components/form'
import { words } from '@/content/en'
import type { Overview } from '@/lib/api/members'

const { people } = words.staff
const ROLES = Object.entries(words.members.roles)

type Props = { shown: Overview; isSelf: boolean; log: string }

/** What an administrator may do with somebody's account. */
export function Account({ shown, isSelf, log }: Props) {
  const { id, role, status } = shown
  return (
    <section className="panel stack" aria-labelledby="account">
      <h2 id="account">{people.account}</h2>
      {isSelf && <p className="soft">{people.self}</p>}
      {!isSelf && (
        <>
          <Form action={changeRole} hidden={{ id }} fields={[{ name: 'role', label: words.members.role, type: 'choice', options: ROLES, value: role, hint: people.roleHint }]} submit={people.changeRole} quiet />
          {status === 'suspended'
            ? <Form action={restore} hidden={{ id }} submit={people.restore} />
            : (
              <Folded summary={people.suspend} action={suspend} hidden={{ id }} fields={[{ name: 'because', label: words.staff.events.because, type: 'area', hint: people.suspendHint, maxLength: 2_000, rows: 4 }]} submit={people.suspendGo} quiet />
            )}
        </>
      )}
      <p><Link href={log} className="more">{people.log}</Link></p>
    </section>
  )
}

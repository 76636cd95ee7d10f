import Link from 'next/link'
import type { ReactNode } from 'react'

import { Empty } from '@/components/empty'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import type { Person } from '@/lib/api'
import { atLeast, type Role } from '@/lib/roles'
import { member, path } from '@/lib/session'

type Section = { href: string; name: string; lead: string; from: Role }

const { sections } = words.staff
const section = (href: string, [name, lead]: readonly [string, string], from: Role): Section => ({ href, name, lead, from })

const SECTIONS: Section[] = [
  section('/staff/events', sections.events, 'instructor'),
  section('/staff/journal', sections.journal, 'instructor'),
  section('/staff/training', sections.training, 'instructor'),
  section('/staff/resources', sections.resources, 'instructor'),
  section('/board/applications', sections.applications, 'board_member'),
  section('/staff/members', sections.members, 'admin'),
  section('/staff/analytics', sections.analytics, 'admin'),
  section('/staff/newsletter', sections.newsletter, 'admin'),
  section('/staff/audit', sections.audit, 'admin'),
  section('/staff/settings', sections.settings, 'admin'),
]

/** What somebody of the staff may open. */
export function sectionsOf(person: Person): Section[] {
  return SECTIONS.filter(({ from }) => atLeast(person, from))
}

/** What stands around every page for staff; it hides what is not for somebody, and the API refuses it. */
export async function StaffFrame({ from, children }: { from: Role; children: ReactNode }) {
  const [{ person, problem }, here] = await Promise.all([member(), path()])
  if (!person) return <div className="wide section">{problem && <Trouble problem={problem} again={here} />}</div>
  if (!atLeast(person, from)) return <NotYours />
  return (
    <div className="staff">
      <nav className="staff-nav" aria-label={words.staff.nav}>
        <ul className="wide">
          <li><Link href="/staff" aria-current={here === '/staff' ? 'page' : undefined}>{words.staff.home}</Link></li>
          {sectionsOf(person).map(({ href, name }) => (
            <li key={href}><Link href={href} aria-current={here.startsWith(href) ? 'page' : undefined}>{name}</Link></li>
          ))}
        </ul>
      </nav>
      {children}
    </div>
  )
}

function NotYours() {
  return (
    <div className="wide section">
      <h1 className="visually-hidden">{words.staff.title}</h1>
      <div role="alert">
        <Empty title={words.staff.notYours} lead={words.staff.notYoursLead}>
          <Link href="/dashboard" className="button quiet">{words.staff.toDashboard}</Link>
        </Empty>
      </div>
    </div>
  )
}

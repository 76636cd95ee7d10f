import Link from 'next/link'

import { logOut } from '@/app/actions'
import { Enso } from '@/components/enso'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import type { Person } from '@/lib/api'
import { atLeast } from '@/lib/roles'

const LINKS = [
  ['/programs', words.nav.programs],
  ['/membership', words.nav.membership],
  ['/events', words.nav.events],
  ['/training', words.nav.training],
  ['/blog', words.nav.blog],
  ['/about', words.nav.about],
] as const

export function Header({ person, path }: { person: Person | null; path: string }) {
  return (
    <header className="header">
      <div className="wide">
        <Link href="/" className="brand">
          <Enso className="" />
          <span><strong>{ASSOCIATION.short}</strong><span>{ASSOCIATION.name}</span></span>
        </Link>
        <nav className="nav" aria-label={words.nav.main}><Links person={person} path={path} /></nav>
        <div className="who">
          <Link href="/search" className="icon-link" aria-label={words.nav.search}><Glass /></Link>
          <Account person={person} />
        </div>
        <details className="menu">
          <summary>{words.nav.menu}</summary>
          <div>
            <nav aria-label={words.nav.menu}><Links person={person} path={path} /></nav>
            <div className="row"><Account person={person} /></div>
          </div>
        </details>
      </div>
    </header>
  )
}

function Links({ person, path }: { person: Person | null; path: string }) {
  const links = atLeast(person, 'instructor') ? [...LINKS, ['/staff', words.nav.staff] as const] : LINKS
  return (
    <ul>
      {links.map(([href, name]) => (
        <li key={href}>
          <Link href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>{name}</Link>
        </li>
      ))}
    </ul>
  )
}

function Account({ person }: { person: Person | null }) {
  if (person) {
    return (
      <>
        <Link href="/dashboard" className="button quiet">{person.full_name.split(' ')[0]}</Link>
        <form action={logOut}><button className="button quiet">{words.nav.logOut}</button></form>
      </>
    )
  }
  return (
    <>
      <Link href="/login" className="button quiet">{words.nav.logIn}</Link>
      <Link href="/membership" className="button">{words.nav.join}</Link>
    </>
  )
}

function Glass() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
      <circle cx="10.5" cy="10.5" r="6.5" />
      <path d="m15.5 15.5 5.5 5.5" strokeLinecap="round" />
    </svg>
  )
}

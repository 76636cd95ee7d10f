import Link from 'next/link'

import { setTheme } from '@/app/actions'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'

const COLUMNS = [
  [words.footer.association, [['/about', words.nav.about], ['/programs', words.nav.programs], ['/people', words.nav.people], ['/contact', words.nav.contact], ['/status', words.nav.status]]],
  [words.footer.take, [['/membership', words.nav.membership], ['/events', words.nav.events], ['/training', words.nav.training], ['/blog', words.nav.blog], ['/resources', words.nav.resources], ['/newsletter', words.nav.newsletter]]],
  [words.footer.small, [['/privacy', words.nav.privacy], ['/terms', words.nav.terms]]],
] as const

export type Theme = 'system' | 'light' | 'dark'

export function Footer({ theme, path }: { theme: Theme; path: string }) {
  return (
    <footer className="footer">
      <hr />
      <div className="wide">
        <div className="footer-columns">
          <p className="motto">{words.footer.motto}</p>
          {COLUMNS.map(([title, links]) => (
            <div key={title}>
              <h2>{title}</h2>
              <ul>{links.map(([href, name]) => <li key={href}><Link href={href}>{name}</Link></li>)}</ul>
            </div>
          ))}
        </div>
        <div className="footer-end">
          <p>{ASSOCIATION.name} · {words.footer.rights}</p>
          <form action={setTheme}>
            <input type="hidden" name="path" value={path} />
            <div className="themes" role="group" aria-label={words.themes.label}>
              {(['system', 'light', 'dark'] as const).map((each) => (
                <button key={each} name="theme" value={each} aria-pressed={each === theme}>{words.themes[each]}</button>
              ))}
            </div>
          </form>
        </div>
      </div>
    </footer>
  )
}

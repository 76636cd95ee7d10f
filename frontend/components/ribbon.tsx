import { become } from '@/app/actions'
import { words } from '@/content/en'
import { env, isProduction } from '@/lib/env'
import { span } from '@/lib/told'

/** Says that this is no production: which environment and release it is, and the ways into it. */
export function Ribbon({ path }: { path: string }) {
  if (isProduction()) return null
  const { environment, release, doors } = env()
  return (
    <aside className="ribbon" aria-label={environment}>
      <div className="wide">
        <strong>{environment.toUpperCase()}</strong>
        <span>{words.ribbon.note} · <code>{release}</code> · {words.ribbon.running} {span(process.uptime())}</span>
        {doors && (
          <>
            <nav aria-label={words.ribbon.console}>
              <a href={doors.inbox}>{words.ribbon.inbox}</a>
              <a href={doors.console}>{words.ribbon.console}</a>
            </nav>
            <details>
              <summary>{words.ribbon.be}</summary>
              <form action={become}>
                <input type="hidden" name="path" value={path === '/login' ? '/dashboard' : path} />
                <ul className="personas">
                  {doors.personas.map((each) => (
                    <li key={each.email}>
                      <button name="email" value={each.email}>
                        {each.full_name}<small>{each.role.replace('_', ' ')}, {each.tier}</small><small>{each.to_try}</small>
                      </button>
                    </li>
                  ))}
                </ul>
              </form>
            </details>
          </>
        )}
      </div>
    </aside>
  )
}

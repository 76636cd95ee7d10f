import { endSessions, logOut } from '@/app/actions'
import { words } from '@/content/en'
import type { OpenSession } from '@/lib/api'
import { day } from '@/lib/told'

/** Where somebody is logged in, and the end of each. */
export function Sessions({ sessions }: { sessions: OpenSession[] }) {
  const { members } = words
  return (
    <>
      <ul className="lights">
        {sessions.map((each) => (
          <li key={each.id}>
            <div>
              <b>{program(each.agent)}</b>{each.is_this && <> <span className="badge public">{members.here}</span></>}
              <p className="meta">{members.began} {day(each.began_at)} · {members.used} {day(each.used_at)}</p>
            </div>
            {!each.is_this && (
              <form action={endSessions}>
                <input type="hidden" name="id" value={each.id} />
                <button className="button quiet">{members.end}</button>
              </form>
            )}
          </li>
        ))}
      </ul>
      <div className="row">
        <form action={logOut}><button className="button">{words.nav.logOut}</button></form>
        {sessions.length > 1 && <form action={endSessions}><button className="button quiet">{members.endOthers}</button></form>}
      </div>
    </>
  )
}

/** The browser and the system in what a program says of itself, as far as people know them. */
export function program(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1]?.replace('Edg', 'Edge').replace('OPR', 'Opera')
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1]
  return [browser, system].filter(Boolean).join(', ') || agent.slice(0, 40) || words.members.unknown
}

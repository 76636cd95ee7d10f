import { STATES } from './asked'

import { words } from '@/content/en'
import type * as readers from '@/lib/api/readers'
import { moment } from '@/lib/told'

const { newsletter: said } = words.staff

type Counts = NonNullable<Awaited<ReturnType<typeof readers.counts>>['data']>

/** How many addresses stand how, and how far those who send to them know of it. */
export function Standing({ counts }: { counts: Counts }) {
  const { not_told: untold, compared_at: compared, suppressions_at: suppressed } = counts
  return (
    <section className="stack" aria-labelledby="standing">
      <h2 id="standing" className="visually-hidden">{said.standing}</h2>
      <dl className="numbers">
        {STATES.map(([state, name]) => <div key={state}><dt>{name}</dt><dd>{counts.counts[state] ?? 0}</dd></div>)}
      </dl>
      <div className={untold ? 'notice' : 'notice fine'}>
        <p>{said.untold(untold)}</p>
        <p className="small">{said.compared}: {told(compared)}. {said.suppressed}: {told(suppressed)}.</p>
      </div>
    </section>
  )
}

function told(iso: string | null): string {
  if (!iso) return said.never
  const { month, day, time, zone } = moment(iso, 'UTC')
  return `${month} ${day}, ${time} ${zone}`
}

import { words } from '@/content/en'
import type { Application } from '@/lib/api/applications'

/** What an applicant told, as they and the board read it. */
export function Told({ application }: { application: Application }) {
  const { apply, membership } = words
  const facts: [string, string][] = [
    [apply.tier, membership.tiers[application.requested_tier]],
    [apply.arts, application.disciplines.join(', ') || words.members.none],
    [apply.years, String(application.experience_years)],
    [apply.rank, application.rank || words.members.none],
    [apply.school, application.school || words.members.none],
  ]
  return (
    <>
      <dl className="facts ruled">
        {facts.map(([name, fact]) => <div key={name}><dt>{name}</dt><dd>{fact}</dd></div>)}
        <div><dt>{apply.motivation}</dt><dd className="typed">{application.motivation}</dd></div>
        {application.references_given.map((each, n) => (
          <div key={each.email}>
            <dt>{apply.reference(n + 1)}</dt>
            <dd>{each.name}<br /><span className="soft small">{each.relationship} · {each.email}</span></dd>
          </div>
        ))}
      </dl>
    </>
  )
}

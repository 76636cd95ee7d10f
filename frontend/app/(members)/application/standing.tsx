import Link from 'next/link'

import { answerQuestion, appeal, withdraw } from './actions'

import { Folded, Form } from '@/components/form'
import { Questions } from '@/components/questions'
import { Told } from '@/components/told'
import { words } from '@/content/en'
import type { Application } from '@/lib/api/applications'
import { day } from '@/lib/told'

const { apply } = words
const OPEN = ['pending', 'under_review']

/** How an application stands that was handed in, and what its applicant may do. */
export function Standing({ application }: { application: Application }) {
  const { id, status } = application
  return (
    <div className="split">
      <div className="stack">
        <Questions
          questions={application.questions}
          does={(number) => (OPEN.includes(status) ? (
            <Form
              action={answerQuestion}
              hidden={{ id, number: String(number) }}
              fields={[{ name: 'text', label: apply.answer, type: 'area', maxLength: 5_000 }]}
              submit={apply.answerGo}
            />
          ) : null)}
        />
        <section className="stack"><h2>{apply.told}</h2><Told application={application} /></section>
      </div>
      <section className="panel stack">
        <p><span className={`badge ${status}`}>{apply.states[status]}</span></p>
        <p className="soft">{apply.means[status]}</p>
        {application.submitted_at && <p className="meta">{apply.submitted} {day(application.submitted_at)} · {apply.approvals(application.approvals_given)}</p>}
        {status === 'approved' && <p><Link href="/membership" className="button">{apply.pay}</Link></p>}
        {status === 'rejected' && <Rejected application={application} />}
        {OPEN.includes(status) && <Form action={withdraw} hidden={{ id, key: crypto.randomUUID() }} submit={apply.withdraw} quiet />}
      </section>
    </div>
  )
}

function Rejected({ application }: { application: Application }) {
  const { id, rejected_because: because, improvements, reapply_from: again, appeal: said } = application
  return (
    <>
      <div><h3>{apply.because}</h3><p className="typed">{because}</p></div>
      {improvements && <div><h3>{apply.improve}</h3><p className="typed">{improvements}</p></div>}
      {again && <p className="soft small">{apply.againFrom} {day(again)}.</p>}
      {said
        ? <p className="notice">{said.is_decided ? apply.appealDecided : apply.appealWaits}</p>
        : (
          <Folded summary={apply.appeal} action={appeal} hidden={{ id, key: crypto.randomUUID() }} fields={[{ name: 'text', label: apply.appealWhy, type: 'area', hint: apply.appealHint, maxLength: 5_000 }]} submit={apply.appealGo} />
        )}
    </>
  )
}

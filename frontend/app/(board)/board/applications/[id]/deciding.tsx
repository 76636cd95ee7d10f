import { approve, ask, decideAppeal, reject } from './actions'

import { Folded, Form } from '@/components/form'
import { words } from '@/content/en'
import type { Person } from '@/lib/api'
import type { Submitted } from '@/lib/api/applications'

const { board } = words
const WORDS = [['grant', board.grant], ['refuse', board.refuse]] as const

/** What a member of the board may do with an application; who may do what, the API knows. */
export function Deciding({ application, person }: { application: Submitted; person: Person }) {
  const { id, status } = application
  const isOpen = status === 'pending' || status === 'under_review'
  return (
    <section className="panel stack">
      <h2>{board.decide}</h2>
      {!isOpen && <p className="soft">{board.decided}</p>}
      {application.rejected_because && <div><h3>{board.reason}</h3><p className="typed">{application.rejected_because}</p></div>}
      {isOpen && (
        <>
          {application.approved_by.includes(person.id)
            ? <p className="notice fine">{board.yours}</p>
            : <Form action={approve} hidden={{ id, key: crypto.randomUUID() }} fields={[{ name: 'note', label: board.note, type: 'text', hint: board.noteHint, optional: true }]} submit={board.approve} />}
          <Folded summary={board.ask} action={ask} hidden={{ id }} fields={[{ name: 'text', label: board.askWhat, type: 'area', maxLength: 5_000 }]} submit={board.askGo} quiet />
          <Folded
            summary={board.reject}
            action={reject}
            hidden={{ id, key: crypto.randomUUID() }}
            fields={[
              { name: 'because', label: board.because, type: 'area', hint: board.becauseHint, maxLength: 2_000 },
              { name: 'improvements', label: board.improvements, type: 'area', hint: board.becauseHint, maxLength: 2_000, optional: true },
            ]}
            submit={board.rejectGo}
            quiet
          />
        </>
      )}
      {application.appeal && <Appeal application={application} mayDecide={person.role === 'admin'} />}
    </section>
  )
}

function Appeal({ application, mayDecide }: { application: Submitted; mayDecide: boolean }) {
  const appeal = application.appeal!
  return (
    <>
      <div><h3>{board.appeal}</h3><p className="typed">{appeal.reason}</p></div>
      {appeal.is_decided && <p className="notice">{appeal.is_granted ? board.granted : board.stands}</p>}
      {!appeal.is_decided && mayDecide && (
        <Form
          action={decideAppeal}
          hidden={{ id: application.id, key: crypto.randomUUID() }}
          fields={[
            { name: 'word', label: board.decide, type: 'choice', options: WORDS, value: 'refuse' },
            { name: 'note', label: board.word, type: 'area', maxLength: 2_000, optional: true },
          ]}
          submit={board.decide}
        />
      )}
    </>
  )
}

import type { ReactNode } from 'react'

import { words } from '@/content/en'
import type { Application } from '@/lib/api/applications'
import { day } from '@/lib/told'

type Props = { questions: Application['questions']; does?: (number: number) => ReactNode }

/** What the board asked and what it was told; under a question that waits, what may be done. */
export function Questions({ questions, does }: Props) {
  if (!questions.length) return null
  return (
    <section className="stack">
      <h2>{words.apply.questions}</h2>
      <ol className="asked">
        {questions.map(({ text, at, answer, answered_at: answered }, index) => (
          <li key={at} className="stack">
            <p className="typed">{text}</p>
            <p className="meta">{day(at)}</p>
            {answered ? <blockquote className="typed">{answer}</blockquote> : (does?.(index + 1) ?? <p className="soft small">{words.apply.unanswered}</p>)}
          </li>
        ))}
      </ol>
    </section>
  )
}

'use client'

import { useActionState } from 'react'

import { type FormAction, Said } from '@/components/form'

type Props = { action: FormAction; query: string; said: { helpful: string; yes: string; no: string } }

/** Two buttons by which a reader says whether an answer helped, and the thanks for it. */
export function Helpful({ action, query, said }: Props) {
  const [outcome, act, pending] = useActionState(action, null)
  if (outcome) return <Said outcome={outcome} />
  return (
    <form action={act} className="row">
      <input type="hidden" name="query" value={query} />
      <span className="soft small" id="helpful">{said.helpful}</span>
      {(['yes', 'no'] as const).map((each) => (
        <button key={each} name="helped" value={each} className="chip" aria-describedby="helpful" aria-disabled={pending}>{said[each]}</button>
      ))}
    </form>
  )
}

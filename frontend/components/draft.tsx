'use client'

import { useActionState, useEffect, useRef, useState, startTransition } from 'react'

import { Choices } from '@/components/choices'
import { Field, type FieldOf } from '@/components/field'
import { type FormAction, type Outcome, Said } from '@/components/form'
import { form as words } from '@/content/en'

const PAUSE_MS = 1_200

export type Part = { title: string; lead: string; fields: FieldOf[] }

type Props = { action: FormAction; id: string; attempt: string; parts: Part[]; arts: { title: string; chosen: string[]; options: readonly (readonly [id: string, name: string])[] } }

/**
 * A long form that is kept as it is filled in: a moment after the last key where scripts run, and
 * by its button where none does.
 */
export function DraftForm({ action, id, attempt, parts, arts }: Props) {
  const [outcome, act, pending] = useActionState(action, null)
  const [kept, setKept] = useState<string>('')
  const form = useRef<HTMLFormElement>(null)
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(pause.current), [])

  function later() {
    clearTimeout(pause.current)
    pause.current = setTimeout(() => {
      if (!form.current) return
      const typed = new FormData(form.current)
      startTransition(async () => setKept(told(await action(null, typed))))
    }, PAUSE_MS)
  }

  const value = (field: FieldOf) => outcome?.values[field.name] ?? field.value
  return (
    <form ref={form} action={act} onChange={later} onSubmit={() => clearTimeout(pause.current)} className="form long" noValidate>
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="key" value={attempt} />
      {parts.map((part, n) => (
        <fieldset key={part.title}>
          <legend>{part.title}</legend>
          <p className="soft small">{part.lead}</p>
          {part.fields.map((field) => <Field key={field.name} {...field} value={value(field)} />)}
          {n === 0 && <Choices name="disciplines" {...arts} />}
        </fieldset>
      ))}
      <Said outcome={outcome} />
      <div className="row">
        <button className="button quiet" name="then" value="save" aria-disabled={pending}>{pending ? words.working : words.save}</button>
        <button className="button" name="then" value="submit" aria-disabled={pending}>{words.submit}</button>
        <span role="status" className="meta">{kept}</span>
      </div>
    </form>
  )
}

function told(outcome: Outcome | null): string {
  return outcome?.wrong ? `${words.notSaved} ${outcome.wrong}` : (outcome?.done ?? words.saved)
}

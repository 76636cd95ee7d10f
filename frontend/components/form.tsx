'use client'

import { useActionState, type ReactNode } from 'react'

import { Field, type FieldOf } from '@/components/field'
import { form as words } from '@/content/en'

/** What came of a form: what to say, what stood in its fields, and where it goes on elsewhere. */
export type Outcome = {
  wrong?: string
  done?: string
  values: Record<string, string>
  /** A page of another host, which the policy lets no form lead to by itself. */
  goOn?: string
}

export type FormAction = (before: Outcome | null, form: FormData) => Promise<Outcome | null>

type Props = {
  action: FormAction
  fields?: readonly FieldOf[]
  submit: string
  working?: string
  quiet?: boolean
  hidden?: Record<string, string>
  children?: ReactNode
}

/** A form that the site's server answers; it is sent the same way when no script runs. */
export function Form({ action, fields = [], submit, working = words.working, quiet = false, hidden = {}, children }: Props) {
  const [outcome, act, pending] = useActionState(action, null)
  return (
    <form action={act} className="form">
      <Said outcome={outcome} />
      {Object.entries(hidden).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)}
      {fields.map((field) => <Field key={field.name} {...field} value={outcome?.values[field.name] ?? field.value} />)}
      {children}
      {outcome?.goOn
        ? <a href={outcome.goOn} className="button">{words.goOn}</a>
        : <button className={quiet ? 'button quiet' : 'button'} aria-disabled={pending}>{pending ? working : submit}</button>}
    </form>
  )
}

/** What the server answered. */
export function Said({ outcome }: { outcome: Outcome | null }) {
  if (outcome?.wrong) return <p role="alert" className="notice wrong">{outcome.wrong}</p>
  if (outcome?.done) return <p role="status" className="notice fine">{outcome.done}</p>
  return null
}

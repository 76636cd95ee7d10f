'use client'

import { useActionState, type ReactNode } from 'react'

/** What came of a form: what to say, and what stood in its fields. */
export type Outcome = { wrong: string; values: Record<string, string> }

export type FormAction = (before: Outcome | null, form: FormData) => Promise<Outcome | null>

export type FieldOf = {
  name: string
  label: string
  type: 'email' | 'password' | 'text' | 'checkbox'
  autoComplete?: string
  hint?: string
  minLength?: number
}

type Props = {
  action: FormAction
  fields: FieldOf[]
  submit: string
  working: string
  hidden?: Record<string, string>
  children?: ReactNode
}

/** A form that the site's server answers; it is sent the same way when no script runs. */
export function Form({ action, fields, submit, working, hidden = {}, children }: Props) {
  const [outcome, act, pending] = useActionState(action, null)
  return (
    <form action={act} className="form">
      {outcome && <p role="alert" className="notice wrong">{outcome.wrong}</p>}
      {Object.entries(hidden).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)}
      {fields.map((field) => <Field key={field.name} {...field} value={outcome?.values[field.name]} />)}
      {children}
      <button className="button" aria-disabled={pending}>{pending ? working : submit}</button>
    </form>
  )
}

function Field({ name, label, type, autoComplete, hint, minLength, value }: FieldOf & { value: string | undefined }) {
  const id = `field-${name}`
  if (type === 'checkbox') {
    return (
      <div className="check">
        <input id={id} name={name} type="checkbox" required defaultChecked={value === 'on'} />
        <label htmlFor={id}>{label}</label>
      </div>
    )
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        required
        minLength={minLength}
        autoComplete={autoComplete}
        defaultValue={type === 'password' ? undefined : value}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  )
}

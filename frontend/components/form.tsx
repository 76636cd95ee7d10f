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
  /** What the button is about, for who hears it among others of its name. */
  about?: string
  hidden?: Record<string, string>
  children?: ReactNode
}

type State = ReturnType<typeof useActionState<Outcome | null, FormData>>

/** A form that the site's server answers; it is sent the same way when no script runs. */
export function Form(props: Props) {
  return <Entries {...props} state={useActionState(props.action, null)} />
}

/** A form that is folded up until it is wanted, and stands open with what came of it. */
export function Folded({ summary, lead, ...props }: Props & { summary: string; lead?: string }) {
  const state = useActionState(props.action, null)
  return (
    <details open={state[0] ? true : undefined}>
      <summary>{summary}{props.about && <span className="visually-hidden">: {props.about}</span>}</summary>
      {lead && <p className="soft small spaced">{lead}</p>}
      <Entries {...props} state={state} />
    </details>
  )
}

function Entries({ fields = [], submit, working = words.working, quiet = false, about, hidden = {}, children, state: [outcome, act, pending] }: Props & { state: State }) {
  return (
    <form action={act} className="form">
      <Said outcome={outcome} />
      {Object.entries(hidden).map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />)}
      {fields.map((field) => <Field key={field.name} {...field} value={outcome?.values[field.name] ?? field.value} />)}
      {children}
      {outcome?.goOn
        ? <a href={outcome.goOn} className="button">{words.goOn}</a>
        : <button className={quiet ? 'button quiet' : 'button'} aria-disabled={pending}>{pending ? working : submit}{about && <span className="visually-hidden">: {about}</span>}</button>}
    </form>
  )
}

/** What the server answered. */
export function Said({ outcome }: { outcome: Outcome | null }) {
  if (outcome?.wrong) return <p role="alert" className="notice wrong">{outcome.wrong}</p>
  if (outcome?.done) return <p role="status" className="notice fine">{outcome.done}</p>
  return null
}

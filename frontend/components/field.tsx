import { useId, type ReactNode } from 'react'

export type FieldOf = {
  name: string
  label: string
  type: 'email' | 'password' | 'text' | 'number' | 'checkbox' | 'area' | 'choice' | 'file' | 'datetime-local' | 'date' | 'search'
  value?: string | undefined
  optional?: boolean
  autoComplete?: string
  hint?: string
  minLength?: number
  maxLength?: number
  /** The bounds of a number, or of a date. */
  min?: number | string
  max?: number | string
  step?: number
  rows?: number
  /** What a choice is among, and what a file field takes. */
  options?: readonly (readonly [value: string, name: string])[]
  accept?: string
}

/** One question of a form, with its name above and its hint below. */
export function Field(field: FieldOf) {
  const { name, label, type, hint, value } = field
  const id = useId()
  if (type === 'checkbox') {
    return (
      <div className="check">
        <input id={id} name={name} type="checkbox" required={!field.optional} defaultChecked={value === 'on'} />
        <label htmlFor={id}>{label}</label>
      </div>
    )
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <Entry {...field} id={id} />
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
    </div>
  )
}

function Entry({ id, type, options = [], optional, hint, value, name, minLength, maxLength, autoComplete, accept, min = 0, max = 100, step, rows = 7 }: FieldOf & { id: string }): ReactNode {
  const common = { id, name, required: !optional, 'aria-describedby': hint ? `${id}-hint` : undefined }
  if (type === 'area') return <textarea {...common} rows={rows} minLength={minLength} maxLength={maxLength} defaultValue={value} />
  if (type === 'choice') {
    return (
      // A form that was sent is put back to its defaults, which a choice takes when it is made.
      <select {...common} key={value} defaultValue={value}>
        {options.map(([each, told]) => <option key={each} value={each}>{told}</option>)}
      </select>
    )
  }
  return (
    <input
      {...common}
      type={type}
      {...(type === 'number' ? { min, max, step, inputMode: step ? ('decimal' as const) : ('numeric' as const) } : {})}
      minLength={minLength}
      maxLength={maxLength}
      autoComplete={autoComplete}
      accept={accept}
      defaultValue={type === 'password' || type === 'file' ? undefined : value}
    />
  )
}

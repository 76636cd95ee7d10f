import { words } from '@/content/en'

type Props = { action: string; name: string; label: string; value: string | undefined; hidden?: Record<string, string | undefined> }

/** A search within a list; what else the list is narrowed by stays. */
export function Searchbox({ action, name, label, value, hidden = {} }: Props) {
  return (
    <form action={action} role="search" className="searchbox">
      {Object.entries(hidden).map(([each, held]) => (held ? <input key={each} type="hidden" name={each} value={held} /> : null))}
      <input type="search" name={name} aria-label={label} placeholder={label} defaultValue={value} maxLength={200} />
      <button className="button">{words.search.go}</button>
    </form>
  )
}

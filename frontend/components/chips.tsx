import Link from 'next/link'

type Props<T extends string> = { title: string; options: readonly (readonly [value: T | undefined, name: string])[]; chosen: T | undefined; href: (value: T | undefined) => string }

/** One question that a list is narrowed by, and its possible answers as links. */
export function Chips<T extends string>({ title, options, chosen, href }: Props<T>) {
  return (
    <nav className="filters" aria-label={title}>
      <div>
        <b>{title}</b>
        {options.map(([value, name]) => <Link key={name} className="chip" href={href(value)} aria-current={value === chosen ? 'true' : undefined}>{name}</Link>)}
      </div>
    </nav>
  )
}

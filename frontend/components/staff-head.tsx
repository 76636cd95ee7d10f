import Link from 'next/link'
import type { ReactNode } from 'react'

type Props = { title: string; back: readonly [href: string, name: string]; children?: ReactNode }

/** The beginning of a page below a list, which leads back there. */
export function StaffHead({ title, back: [href, name], children }: Props) {
  return (
    <div className="page-head">
      <p className="meta"><Link href={href}>{name}</Link></p>
      <h1>{title}</h1>
      {children}
    </div>
  )
}

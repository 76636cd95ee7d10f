import type { ReactNode } from 'react'

import { Enso } from '@/components/enso'

/** Where something would stand, and does not. */
export function Empty({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Enso />
      <h2>{title}</h2>
      {lead && <p className="soft">{lead}</p>}
      {children}
    </div>
  )
}

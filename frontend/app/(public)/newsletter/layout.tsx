import type { ReactNode } from 'react'

import { Enso } from '@/components/enso'

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <div className="wide narrow">
      <div>{children}</div>
      <Enso />
    </div>
  )
}

import type { ReactNode } from 'react'

import { StaffFrame } from '@/components/staff'

export default function StaffLayout({ children }: { children: ReactNode }) {
  return <StaffFrame from="instructor">{children}</StaffFrame>
}

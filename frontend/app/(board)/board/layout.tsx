import type { ReactNode } from 'react'

import { StaffFrame } from '@/components/staff'

export default function BoardLayout({ children }: { children: ReactNode }) {
  return <StaffFrame from="board_member">{children}</StaffFrame>
}

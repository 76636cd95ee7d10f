import { words } from '@/content/en'
import type { Reader } from '@/lib/api/readers'

/** What the list is asked for, as the address of its page says it. */
export type Asked = { status?: string; email?: string }

export const STATES = Object.entries(words.staff.newsletter.states) as [Reader['status'], string][]

/** The question to the API; what can not be one is left out. */
export function query({ status, email }: Asked) {
  const typed = email?.trim()
  return { status: STATES.find(([each]) => each === status)?.[0], email: typed && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(typed) ? typed : undefined }
}

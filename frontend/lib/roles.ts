import type { Person } from '@/lib/api'

/** The roles, each of which may do what those before it may; the API decides, this only shows less. */
const ROLES = ['visitor', 'member', 'instructor', 'board_member', 'admin'] as const

export type Role = Person['role']

export function atLeast(person: Person | null, role: Role): boolean {
  return person !== null && ROLES.indexOf(person.role) >= ROLES.indexOf(role)
}

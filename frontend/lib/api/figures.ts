import 'server-only'

import { answered, api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Applications = Schemas['Applications']

const over = (months: number) => ({ params: { query: { months } } })

/** People by role, tier and status, and memberships over the months. */
export async function members(months: number, token: string) {
  return answered((await api(token)).GET('/api/admin/analytics/members', over(months)))
}

export async function applications(months: number, token: string) {
  return answered((await api(token)).GET('/api/admin/analytics/applications', over(months)))
}

export async function events(months: number, token: string) {
  return answered((await api(token)).GET('/api/admin/analytics/events', over(months)))
}

export async function revenue(months: number, token: string) {
  return answered((await api(token)).GET('/api/admin/analytics/revenue', over(months)))
}

export async function newsletter(months: number, token: string) {
  return answered((await api(token)).GET('/api/admin/analytics/newsletter', over(months)))
}

import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

export type Reader = components['schemas']['Subscriber']
type Query = NonNullable<paths['/api/admin/newsletter/subscribers']['get']['parameters']['query']>

const at = (id: string) => ({ path: { subscriber_id: id } })

/** The addresses on the newsletter's list and off it, the newest first. */
export async function list(query: Query, token: string) {
  return answered((await api(token)).GET('/api/admin/newsletter/subscribers', { params: { query } }))
}

/** How many there are in each state, and how far those who send know of them. */
export async function counts(token: string) {
  return answered((await api(token)).GET('/api/admin/newsletter/counts'))
}

/** All of them as a table for spreadsheets (CSV). */
export async function table(query: Query, token: string) {
  return answered<Blob>((await api(token)).GET('/api/admin/newsletter/subscribers.csv', { params: { query }, parseAs: 'blob' }) as Promise<{ data?: Blob; error?: unknown; response: Response }>)
}

/** Send the mail once more by which somebody confirms. */
export async function askAgain(id: string, token: string) {
  return answered((await api(token)).POST('/api/admin/newsletter/subscribers/{subscriber_id}/confirmation', { params: at(id) }))
}

export async function remove(id: string, token: string) {
  return answered((await api(token)).DELETE('/api/admin/newsletter/subscribers/{subscriber_id}', { params: at(id) }))
}

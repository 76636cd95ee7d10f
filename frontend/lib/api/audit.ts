import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

export type Entry = components['schemas']['EntryView']
export type Chain = components['schemas']['Chain']
type Query = NonNullable<paths['/api/admin/audit']['get']['parameters']['query']>

/** What was done by whom, the newest first; the first page says whether the log is whole. */
export async function list(query: Query, token: string) {
  return answered((await api(token)).GET('/api/admin/audit', { params: { query } }))
}

/** The same entries as a table for spreadsheets (CSV). */
export async function table(query: Query, token: string) {
  return answered<Blob>((await api(token)).GET('/api/admin/audit.csv', { params: { query }, parseAs: 'blob' }) as Promise<{ data?: Blob; error?: unknown; response: Response }>)
}

import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Member = Schemas['Member']
export type Overview = Schemas['Overview']
export type Query = NonNullable<paths['/api/admin/members']['get']['parameters']['query']>

const at = (id: string) => ({ path: { profile_id: id } })

/** People with accounts, by what stands in their name or address, and by what they are. */
export async function list(query: Query, token: string) {
  return answered((await api(token)).GET('/api/admin/members', { params: { query } }))
}

export async function show(id: string, token: string) {
  return answered((await api(token)).GET('/api/admin/members/{profile_id}', { params: at(id) }))
}

export async function changeRole(id: string, role: Schemas['Role'], token: string) {
  return answered((await api(token)).PUT('/api/admin/members/{profile_id}/role', { params: at(id), body: { role } }))
}

export async function suspend(id: string, because: string, token: string) {
  return answered((await api(token)).POST('/api/admin/members/{profile_id}/suspend', { params: at(id), body: { because } }))
}

export async function restore(id: string, token: string) {
  return answered((await api(token)).POST('/api/admin/members/{profile_id}/restore', { params: at(id) }))
}

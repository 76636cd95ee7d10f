import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Role = Schemas['Role']
export type Shown = paths['/api/people/{profile_id}']['get']['responses'][200]['content']['application/json']

/** Those who chose to be shown, by name. */
export async function list(query: { role?: Role; after?: string }) {
  return answered((await api()).GET('/api/people', { params: { query: { ...query, limit: 24 } } }))
}

export async function show(id: string) {
  return answered((await api()).GET('/api/people/{profile_id}', { params: { path: { profile_id: id } } }))
}

export async function change(body: Schemas['ProfileChange'], token: string) {
  return answered((await api(token)).PATCH('/api/people/me', { body }))
}

/** Somebody's photo, as bytes to show. */
export async function photo(id: string, token: string) {
  const params = { path: { profile_id: id } }
  return answered<Blob>((await api(token)).GET('/api/people/{profile_id}/photo', { params, parseAs: 'blob' }) as Promise<{ data?: Blob; error?: unknown; response: Response }>)
}

export async function changePhoto(file: File, token: string) {
  const sent = {
    // The document calls bytes a string; they are sent as they are.
    body: file as unknown as string,
    bodySerializer: (body: unknown) => body as File,
    headers: { 'content-type': file.type || 'application/octet-stream' },
  }
  return answered((await api(token)).PUT('/api/people/me/photo', sent))
}

export async function removePhoto(token: string) {
  return answered((await api(token)).DELETE('/api/people/me/photo'))
}

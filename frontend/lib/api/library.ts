import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Resource = Schemas['ResourceView']
export type NewResource = Schemas['NewResource']

const at = (id: string) => ({ path: { resource_id: id } })

type Query = NonNullable<paths['/api/resources']['get']['parameters']['query']>

/** What somebody may fetch, by title. */
export async function list(query: Query, token?: string) {
  return answered((await api(token)).GET('/api/resources', { params: { query } }))
}

/** All of the library, what is not published yet too, by title. */
export async function all(token: string, after?: string) {
  return answered((await api(token)).GET('/api/resources/all', { params: { query: { limit: 50, after } } }))
}

export async function show(id: string, token: string) {
  return answered((await api(token)).GET('/api/resources/{resource_id}', { params: at(id) }))
}

export async function add(body: NewResource, token: string) {
  return answered((await api(token)).POST('/api/resources', { body }))
}

export async function change(id: string, body: Schemas['ResourceChange'], token: string) {
  return answered((await api(token)).PATCH('/api/resources/{resource_id}', { params: at(id), body }))
}

export async function putFile(id: string, file: File, token: string) {
  const sent = {
    params: { ...at(id), query: { name: file.name } },
    // The document calls bytes a string; they are sent as they are.
    body: file as unknown as string,
    bodySerializer: (body: unknown) => body as File,
    headers: { 'content-type': file.type || 'application/octet-stream' },
  }
  return answered((await api(token)).PUT('/api/resources/{resource_id}/file', sent))
}

export async function remove(id: string, token: string) {
  return answered((await api(token)).DELETE('/api/resources/{resource_id}', { params: at(id) }))
}

export async function file(id: string, token: string) {
  const path = '/api/resources/{resource_id}/file'
  return answered<Blob>((await api(token)).GET(path, { params: at(id), parseAs: 'blob' }) as Promise<{ data?: Blob; error?: unknown; response: Response }>)
}

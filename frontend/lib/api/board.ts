import 'server-only'

import type { Status } from './applications'
import { answered, api, once } from './client'

const at = (id: string) => ({ path: { application_id: id } })

/** Submitted applications, those that wait longest first. */
export async function list(query: { status?: Status; after?: string }, token: string) {
  return answered((await api(token)).GET('/api/board/applications', { params: { query: { ...query, limit: 20 } } }))
}

export async function show(id: string, token: string) {
  return answered((await api(token)).GET('/api/board/applications/{application_id}', { params: at(id) }))
}

export async function approve(id: string, note: string, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).POST('/api/board/applications/{application_id}/approve', { params, body: { note } }))
}

export async function reject(id: string, body: { because: string; improvements: string }, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).POST('/api/board/applications/{application_id}/reject', { params, body }))
}

export async function ask(id: string, text: string, token: string) {
  return answered((await api(token)).POST('/api/board/applications/{application_id}/questions', { params: at(id), body: { text } }))
}

export async function decideAppeal(id: string, body: { is_granted: boolean; note: string }, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).POST('/api/board/applications/{application_id}/appeal', { params, body }))
}

/** A file that was handed in, as bytes to save. */
export async function file(id: string, fileId: string, token: string) {
  const params = { path: { application_id: id, file_id: fileId } }
  const path = '/api/board/applications/{application_id}/files/{file_id}'
  return answered<Blob>((await api(token)).GET(path, { params, parseAs: 'blob' }) as Promise<{ data?: Blob; error?: unknown; response: Response }>)
}

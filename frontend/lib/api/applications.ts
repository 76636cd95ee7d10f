import 'server-only'

import { answered, api, once } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Application = Schemas['ApplicationView']
export type Submitted = Schemas['SubmittedView']
export type Draft = Schemas['Draft']
export type FileView = Schemas['FileView']
export type Status = Schemas['ApplicationStatus']

const at = (id: string) => ({ path: { application_id: id } })

export async function mine(token: string) {
  return answered((await api(token)).GET('/api/applications/mine'))
}

export async function begin(token: string) {
  return answered((await api(token)).POST('/api/applications', { body: {} }))
}

export async function redraft(id: string, body: Draft, token: string) {
  return answered((await api(token)).PATCH('/api/applications/{application_id}', { params: at(id), body }))
}

export async function submit(id: string, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).POST('/api/applications/{application_id}/submit', { params }))
}

export async function withdraw(id: string, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).POST('/api/applications/{application_id}/withdraw', { params }))
}

export async function answer(id: string, number: number, text: string, token: string) {
  const params = { path: { application_id: id, number } }
  return answered((await api(token)).POST('/api/applications/{application_id}/questions/{number}', { params, body: { text } }))
}

export async function appeal(id: string, text: string, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).POST('/api/applications/{application_id}/appeal', { params, body: { text } }))
}

export async function files(id: string, token: string) {
  return answered((await api(token)).GET('/api/applications/{application_id}/files', { params: at(id) }))
}

export async function handIn(id: string, file: File, token: string) {
  const params = { ...at(id), query: { name: file.name } }
  const sent = {
    params,
    // The document calls bytes a string; they are sent as they are.
    body: file as unknown as string,
    bodySerializer: (body: unknown) => body as File,
    headers: { 'content-type': file.type || 'application/octet-stream' },
  }
  return answered((await api(token)).POST('/api/applications/{application_id}/files', sent))
}

export async function takeBack(id: string, file: string, token: string) {
  const params = { path: { application_id: id, file_id: file } }
  return answered((await api(token)).DELETE('/api/applications/{application_id}/files/{file_id}', { params }))
}

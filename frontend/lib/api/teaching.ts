import 'server-only'

import { answered, api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Session = Schemas['SessionView']
export type Broadcast = Schemas['Broadcast']
export type NewSession = Schemas['NewSession']

const at = (id: string) => ({ path: { session_id: id } })

/** The latest sessions that somebody teaches, called off ones as well. */
export async function list(token: string) {
  return answered((await api(token)).GET('/api/training/sessions/taught'))
}

export async function show(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}', { params: at(id) }))
}

export async function create(body: NewSession, token: string) {
  return answered((await api(token)).POST('/api/training/sessions', { body }))
}

export async function change(id: string, body: Schemas['SessionChange'], token: string) {
  return answered((await api(token)).PATCH('/api/training/sessions/{session_id}', { params: at(id), body }))
}

export async function callOff(id: string, because: string, token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/cancel', { params: at(id), body: { because } }))
}

/** Go live; for a session that is live already, only tell where to send to. */
export async function start(id: string, token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/start', { params: at(id) }))
}

export async function end(id: string, token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/end', { params: at(id) }))
}

export async function recordings(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}/recordings', { params: at(id) }))
}

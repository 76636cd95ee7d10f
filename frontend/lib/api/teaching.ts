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

export type SessionFigures = Schemas['SessionFigures']
export type Attendee = Schemas['TrainingAttendee']

/** Who came to one's latest sessions, and who came again. */
export async function figures(token: string) {
  return answered((await api(token)).GET('/api/training/figures'))
}

export async function figuresOf(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}/figures', { params: at(id) }))
}

/** Everybody who registered for a session, or was there. */
export async function attendees(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}/attendees', { params: at(id) }))
}

/** The same as a table for spreadsheets (CSV). */
export async function table(id: string, token: string) {
  const path = '/api/training/sessions/{session_id}/attendees.csv'
  return answered<Blob>((await api(token)).GET(path, { params: at(id), parseAs: 'blob' }) as Promise<{ data?: Blob; error?: unknown; response: Response }>)
}

import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Attendee = Schemas['Attendee']
export type Attendees = Schemas['Attendees']
export type NewEvent = Schemas['NewEvent']
export type EventStatus = Schemas['EventStatus']

const at = (id: string) => ({ path: { event_id: id } })

type Query = NonNullable<paths['/api/events/organized']['get']['parameters']['query']>

/** The events that somebody may change: their own, or all of them for the board. */
export async function list(query: Query, token: string) {
  return answered((await api(token)).GET('/api/events/organized', { params: { query } }))
}

export async function show(id: string, token: string) {
  return answered((await api(token)).GET('/api/events/organized/{event_id}', { params: at(id) }))
}

export async function create(body: NewEvent, token: string) {
  return answered((await api(token)).POST('/api/events', { body }))
}

export async function change(id: string, body: Schemas['EventChange'], token: string) {
  return answered((await api(token)).PATCH('/api/events/{event_id}', { params: at(id), body }))
}

export async function publish(id: string, token: string) {
  return answered((await api(token)).POST('/api/events/{event_id}/publish', { params: at(id) }))
}

export async function repeat(id: string, weeks: number, token: string) {
  return answered((await api(token)).POST('/api/events/{event_id}/duplicate', { params: at(id), body: { weeks } }))
}

export async function callOff(id: string, because: string, token: string) {
  return answered((await api(token)).POST('/api/events/{event_id}/cancel', { params: at(id), body: { because } }))
}

export async function attendees(id: string, token: string) {
  return answered((await api(token)).GET('/api/events/{event_id}/attendees', { params: at(id) }))
}

/** Who comes, as a table for spreadsheets (CSV). */
export async function table(id: string, token: string) {
  const path = '/api/events/{event_id}/attendees.csv'
  return answered<Blob>((await api(token)).GET(path, { params: at(id), parseAs: 'blob' }) as Promise<{ data?: Blob; error?: unknown; response: Response }>)
}

/** Let the bearer of a ticket in. */
export async function checkIn(id: string, code: string, token: string) {
  return answered((await api(token)).POST('/api/events/{event_id}/check-ins', { params: at(id), body: { code } }))
}

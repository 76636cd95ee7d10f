import 'server-only'

import { answered, api, once } from './client'
import type { components } from './schema'

export type Seat = components['schemas']['Seat']
export type MyEvent = components['schemas']['MyEvent']

const at = (id: string) => ({ path: { event_id: id } })

/** How somebody's answer to an event stands; a 404 means that there is none. */
export async function show(id: string, token: string) {
  return answered((await api(token)).GET('/api/events/{event_id}/rsvp', { params: at(id) }))
}

export async function take(id: string, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).POST('/api/events/{event_id}/rsvp', { params }))
}

export async function giveBack(id: string, key: string, token: string) {
  const params = { ...at(id), ...once(key) }
  return answered((await api(token)).DELETE('/api/events/{event_id}/rsvp', { params }))
}

/** The ticket's picture, as SVG. */
export async function ticket(id: string, token: string) {
  const path = '/api/events/{event_id}/rsvp/ticket.svg'
  return answered<string>((await api(token)).GET(path, { params: at(id), parseAs: 'text' }) as Promise<{ data?: string; error?: unknown; response: Response }>)
}

export async function mine(token: string, after?: string) {
  return answered((await api(token)).GET('/api/events/mine', { params: { query: { limit: 20, after } } }))
}

/** The address at which a calendar follows somebody's events. */
export async function calendar(token: string) {
  return answered((await api(token)).GET('/api/calendars/mine'))
}

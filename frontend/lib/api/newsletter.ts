import 'server-only'

import { answered, api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Interest = Schemas['Interest']
export type Standing = Schemas['Standing']

/** Ask for the newsletter at an address; the answer tells nobody whether it is known. */
export async function ask(email: string, interests: Interest[]) {
  return answered((await api()).POST('/api/newsletter/subscribe', { body: { email, interests, consent: true } }))
}

export async function confirm(token: string) {
  return answered((await api()).POST('/api/newsletter/confirm', { body: { token } }))
}

/** How the holder of a mail's link stands. */
export async function show(token: string) {
  return answered((await api()).GET('/api/newsletter/preferences', { params: { query: { token } } }))
}

export async function prefer(token: string, interests: Interest[]) {
  return answered((await api()).PUT('/api/newsletter/preferences', { body: { token, interests } }))
}

export async function leave(token: string) {
  return answered((await api()).POST('/api/newsletter/unsubscribe', { params: { query: { token } } }))
}

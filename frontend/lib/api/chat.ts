import 'server-only'

import { answered, api } from './client'

const at = (id: string) => ({ path: { session_id: id } })
const of = (id: string, profile: string) => ({ path: { session_id: id, profile_id: profile } })

/** What was said last, the oldest first. */
export async function messages(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}/chat/messages', { params: at(id) }))
}

/** What a page connects to the chat with, once and soon. */
export async function ticket(id: string, token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/chat/tickets', { params: at(id) }))
}

export async function remove(id: string, message: string, token: string) {
  const params = { path: { session_id: id, message_id: message } }
  return answered((await api(token)).DELETE('/api/training/sessions/{session_id}/chat/messages/{message_id}', { params }))
}

export async function mute(id: string, profile: string, minutes: number, token: string) {
  return answered((await api(token)).PUT('/api/training/sessions/{session_id}/chat/mutes/{profile_id}', { params: of(id, profile), body: { minutes } }))
}

export async function unmute(id: string, profile: string, token: string) {
  return answered((await api(token)).DELETE('/api/training/sessions/{session_id}/chat/mutes/{profile_id}', { params: of(id, profile) }))
}

export async function lowerHand(id: string, profile: string, token: string) {
  return answered((await api(token)).DELETE('/api/training/sessions/{session_id}/chat/hands/{profile_id}', { params: of(id, profile) }))
}

import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

type Schemas = components['schemas']
type Query = NonNullable<paths['/api/training/sessions']['get']['parameters']['query']>

export type Session = Schemas['SessionView']
export type Access = Schemas['Access']
export type Attendance = Schemas['Attendance']
export type Recordings = Schemas['Recordings']
export type Spot = Schemas['Spot']
export type Video = Schemas['Watchable']

const at = (id: string) => ({ path: { session_id: id } })

/** The sessions that a person may see; without a token, the public ones. */
export async function list(query: Query, token?: string) {
  return answered((await api(token)).GET('/api/training/sessions', { params: { query } }))
}

export async function show(id: string, token?: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}', { params: at(id) }))
}

/** Whether one may go in now, or else why not. */
export async function access(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}/access', { params: at(id) }))
}

/** What somebody has to do with a session; a 404 means nothing. */
export async function attendance(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}/attendance', { params: at(id) }))
}

export async function register(id: string, token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/registration', { params: at(id) }))
}

export async function withdraw(id: string, token: string) {
  return answered((await api(token)).DELETE('/api/training/sessions/{session_id}/registration', { params: at(id) }))
}

/** Take a place, or keep the one that is held. */
export async function join(id: string, token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/join', { params: at(id) }))
}

export async function leave(id: string, token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/leave', { params: at(id) }))
}

export async function recordings(id: string, token: string) {
  return answered((await api(token)).GET('/api/training/sessions/{session_id}/recordings', { params: at(id) }))
}

export async function keepProgress(id: string, video: string, seconds: number, token: string) {
  const body = { video_id: video, seconds }
  return answered((await api(token)).PUT('/api/training/sessions/{session_id}/progress', { params: at(id), body }))
}

export async function addBookmark(id: string, body: Schemas['NewBookmark'], token: string) {
  return answered((await api(token)).POST('/api/training/sessions/{session_id}/bookmarks', { params: at(id), body }))
}

export async function removeBookmark(id: string, bookmark: string, token: string) {
  const params = { path: { session_id: id, bookmark_id: bookmark } }
  return answered((await api(token)).DELETE('/api/training/sessions/{session_id}/bookmarks/{bookmark_id}', { params }))
}

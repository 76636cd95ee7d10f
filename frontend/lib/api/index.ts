import 'server-only'

import { env } from '@/lib/env'

import { type Answer, answered, api } from './client'
import type { components, paths } from './schema'

export type { Answer, Problem } from './client'

type Schemas = components['schemas']
type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

export type AccessType = Schemas['AccessType']
export type Event = Schemas['EventView']
export type EventType = Schemas['EventType']
export type Person = Schemas['Person']
export type Post = Schemas['PostView']
export type PostSummary = Schemas['PostSummary']
export type OpenSession = Schemas['OpenSession']
export type Tokens = Schemas['Tokens']
export type When = Schemas['When']

/** The events that a person may see; without a token, the public ones. */
export async function listEvents(query: Query<'/api/events'>, token?: string) {
  return answered((await api(token)).GET('/api/events', { params: { query } }))
}

export async function showEvent(id: string, token?: string) {
  const params = { path: { event_id: id } }
  return answered((await api(token)).GET('/api/events/{event_id}', { params }))
}

export async function listPosts(query: Query<'/api/blog/posts'>) {
  return answered((await api()).GET('/api/blog/posts', { params: { query } }))
}

export async function showPost(slug: string) {
  return answered((await api()).GET('/api/blog/posts/{slug}', { params: { path: { slug } } }))
}

export async function register(body: Schemas['Registration']) {
  return answered((await api()).POST('/api/auth/register', { body }))
}

export async function verifyEmail(token: string) {
  return answered((await api()).POST('/api/auth/verify-email', { body: { token } }))
}

export async function logIn(body: Schemas['Credentials']) {
  return answered((await api()).POST('/api/auth/login', { body }))
}

export async function logOut(token: string) {
  return answered((await api(token)).POST('/api/auth/logout'))
}

export async function forgotPassword(email: string) {
  return answered((await api()).POST('/api/auth/forgot-password', { body: { email } }))
}

export async function resetPassword(body: Schemas['NewPassword']) {
  return answered((await api()).POST('/api/auth/reset-password', { body }))
}

export async function changePassword(body: Schemas['PasswordChange'], token: string) {
  return answered((await api(token)).POST('/api/auth/change-password', { body }))
}

export async function listSessions(token: string) {
  return answered((await api(token)).GET('/api/auth/sessions'))
}

export async function endSession(id: string, token: string) {
  const params = { path: { session_id: id } }
  return answered((await api(token)).DELETE('/api/auth/sessions/{session_id}', { params }))
}

export async function endOtherSessions(token: string) {
  return answered((await api(token)).DELETE('/api/auth/sessions'))
}

export async function me(token: string): Promise<Answer<Person>> {
  return answered((await api(token)).GET('/api/auth/me'))
}

/** How the API says that it is; `environment` is its own name for where it stands. */
export type Health = { status: string; environment: string; version: string }

export type Reading = { status: string; latency_ms?: number | null; critical?: boolean }

export async function health(): Promise<Answer<Health>> {
  return answered((await api()).GET('/api/health')) as Promise<Answer<Health>>
}

export async function readings(): Promise<Record<string, Reading> | null> {
  try {
    const asked = await fetch(new URL('/api/health/detailed', env().apiUrl), { cache: 'no-store' })
    return ((await asked.json()) as { checks: Record<string, Reading> }).checks
  } catch {
    return null
  }
}

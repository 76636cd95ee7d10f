import 'server-only'

import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'

import { me, type Person, type Problem, type Tokens } from '@/lib/api'
import { accessCookie, refreshCookie, sessionCookies } from '@/lib/cookies'

/** The bearer token of whoever asks; undefined for somebody who is not logged in. */
export async function token(): Promise<string | undefined> {
  return (await cookies()).get(accessCookie())?.value
}

export type Caller = { person: Person; problem: null } | { person: null; problem: Problem | null }

/** Who asks, as the API sees them; asked once for each page. */
export const caller = cache(async (): Promise<Caller> => {
  const access = await token()
  if (!access) return { person: null, problem: null }
  const { data, problem } = await me(access)
  if (data) return { person: data, problem: null }
  if (problem.status !== 401) return { person: null, problem }
  // The cookie was fresh and the API disagrees: its clock is ahead, or the session was ended.
  redirect(`/session/renew?next=${encodeURIComponent(await path())}`)
})

/** Who asks, on a page for people with an account; others log in first and come back. */
export async function member(): Promise<Caller> {
  const found = await caller()
  if (found.person || found.problem) return found
  redirect(`/login?next=${encodeURIComponent(await path())}`)
}

/** Begin or continue a session (with tokens), or end it, in the answer to a form or a route. */
export async function keep(tokens: Tokens | null): Promise<void> {
  const kept = await cookies()
  for (const cookie of sessionCookies(tokens)) kept.set(cookie)
}

export async function refreshToken(): Promise<string | undefined> {
  return (await cookies()).get(refreshCookie())?.value
}

/** The path that was asked for, which `proxy.ts` tells. */
export async function path(): Promise<string> {
  return (await headers()).get('x-path') ?? '/'
}

/** A path of this site to go to; anything else is the dashboard, so that no link leads away. */
export function inside(next: string | null | undefined): string {
  return next && /^\/(?![/\\])/.test(next) ? next : '/dashboard'
}

import { env } from '@/lib/env'

import type { components } from './schema'

type Tokens = components['schemas']['Tokens']

/** New tokens; `ended` when the session is over; `unknown` when nobody could tell. */
export type Renewal = Tokens | 'ended' | 'unknown'

const GRACE_MS = 5_000
const underway = new Map<string, Promise<Renewal>>()

/**
 * Continue a session. A refresh token is good for one use, and a browser asks for several things
 * at once: whoever comes with the same token gets the same answer, for a moment after it as well.
 */
export function renew(refreshToken: string): Promise<Renewal> {
  const known = underway.get(refreshToken)
  if (known) return known
  const asked = ask(refreshToken)
  underway.set(refreshToken, asked)
  void asked.finally(() => {
    setTimeout(() => underway.delete(refreshToken), GRACE_MS).unref()
  })
  return asked
}

async function ask(refreshToken: string): Promise<Renewal> {
  try {
    const answer = await fetch(new URL('/api/auth/refresh', env().apiUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token: refreshToken }),
      cache: 'no-store',
      signal: AbortSignal.timeout(5_000),
    })
    if (answer.ok) return (await answer.json()) as Tokens
    return answer.status === 401 || answer.status === 422 ? 'ended' : 'unknown'
  } catch {
    return 'unknown'
  }
}

import { env } from '@/lib/env'

/**
 * The cookies of a session: out of every script's reach, sent to this host alone, and on a link
 * from elsewhere only when it is followed. The API never sees them; it hears bearer tokens.
 */

const REFRESH_DAYS = 30

/** Browsers keep cookies by host and not by port, and one machine may hold two environments. */
function named(what: string): string {
  const { protocol, port } = env().siteUrl
  return `${protocol === 'https:' ? '__Host-' : ''}wwmaa-${what}${port ? `-${port}` : ''}`
}

export const accessCookie = (): string => named('access')
export const refreshCookie = (): string => named('refresh')
export const themeCookie = (): string => named('theme')

export type Baked = {
  name: string
  value: string
  maxAge: number
  path: '/'
  httpOnly: true
  secure: boolean
  sameSite: 'lax'
}

/** A cookie to set; of an empty value, one that ends at once. */
export function baked(name: string, value: string, maxAge: number): Baked {
  const secure = env().siteUrl.protocol === 'https:'
  return { name, value, maxAge, path: '/', httpOnly: true, secure, sameSite: 'lax' }
}

type Tokens = { access_token: string; refresh_token: string; expires_in: number }

/** The cookies of these tokens; without tokens, those that end a session. */
export function sessionCookies(tokens: Tokens | null): [access: Baked, refresh: Baked] {
  return [
    baked(accessCookie(), tokens?.access_token ?? '', tokens ? tokens.expires_in : 0),
    baked(refreshCookie(), tokens?.refresh_token ?? '', tokens ? REFRESH_DAYS * 86_400 : 0),
  ]
}

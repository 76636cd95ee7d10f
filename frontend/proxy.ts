import { type NextRequest, NextResponse } from 'next/server'

import { renew } from '@/lib/api/renewal'
import { accessCookie, refreshCookie, sessionCookies } from '@/lib/cookies'
import { env } from '@/lib/env'

/** Before a page: its policy with a nonce of its own, and a session that is fresh. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const nonce = btoa(crypto.randomUUID())
  const policy = contentPolicy(nonce)
  const cookies = await freshCookies(request)
  const passed = new Headers(request.headers)
  passed.set('x-nonce', nonce)
  passed.set('x-path', request.nextUrl.pathname + request.nextUrl.search)
  passed.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers: passed } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('cache-control', 'private, no-store')
  for (const cookie of cookies) response.cookies.set(cookie)
  return response
}

/** Renews a session whose access token has run out; the page then sees the new one already. */
async function freshCookies(request: NextRequest) {
  const refreshToken = request.cookies.get(refreshCookie())?.value
  if (!refreshToken || request.cookies.has(accessCookie())) return []
  const renewed = await renew(refreshToken)
  if (renewed === 'unknown') return []
  const cookies = sessionCookies(renewed === 'ended' ? null : renewed)
  for (const { name, value } of cookies) {
    if (value) request.cookies.set(name, value)
    else request.cookies.delete(name)
  }
  return cookies
}

function contentPolicy(nonce: string): string {
  const { streamOrigin: stream, socketUrl } = env()
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${stream} ${socketUrl.origin}`,
    // A player that takes a video in pieces shows it by an address of its own, a blob's.
    `media-src 'self' blob: ${stream}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export const config = {
  matcher: ['/((?!_next/static/|health$|icon\\.svg$|robots\\.txt$|sitemap\\.xml$).*)'],
}

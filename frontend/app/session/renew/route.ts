import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import type { NextRequest } from 'next/server'

import { me } from '@/lib/api'
import { renew } from '@/lib/api/renewal'
import { accessCookie } from '@/lib/cookies'
import { inside, keep, refreshToken } from '@/lib/session'

/**
 * Where a page sends whoever the API no longer knows: the session is renewed and the page shown
 * again, or it is over. It changes nothing that another site could want changed.
 */
export async function GET(request: NextRequest): Promise<never> {
  const next = inside(request.nextUrl.searchParams.get('next'))
  const held = await refreshToken()
  const renewed = held ? await renew(held) : 'ended'
  if (renewed === 'unknown') {
    ;(await cookies()).delete(accessCookie())
  } else {
    // Whom the API refuses even now, such as somebody suspended, is logged out rather than led round.
    const known = renewed !== 'ended' && (await me(renewed.access_token)).problem?.status !== 401
    await keep(known ? renewed : null)
  }
  redirect(next)
}

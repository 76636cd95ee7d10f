import type { NextRequest } from 'next/server'

import * as people from '@/lib/api/people'
import { asked } from '@/lib/forms'

type Context = { params: Promise<{ id: string }> }

const SAFE = { 'content-security-policy': "default-src 'none'; sandbox", 'cache-control': 'private, max-age=60' }

/** A picture of nothing: a browser that gets none at all shows that something is broken. */
const NONE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

/** Somebody's photo, for those who are logged in; where there is none, their initials stay in sight. */
export async function GET(_: NextRequest, { params }: Context): Promise<Response> {
  const { id } = await params
  const { data } = await asked((token) => people.photo(id, token))
  if (!data) return new Response(NONE, { headers: { ...SAFE, 'content-type': 'image/svg+xml' } })
  return new Response(data, { headers: { ...SAFE, 'content-type': data.type } })
}

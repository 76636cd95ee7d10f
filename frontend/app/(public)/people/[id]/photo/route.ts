import type { NextRequest } from 'next/server'

import * as people from '@/lib/api/people'
import { asked } from '@/lib/forms'

type Context = { params: Promise<{ id: string }> }

const SAFE = { 'content-security-policy': "default-src 'none'; sandbox", 'cache-control': 'private, max-age=60' }

/** Somebody's photo, for those who are logged in; where there is none, nothing is shown. */
export async function GET(_: NextRequest, { params }: Context): Promise<Response> {
  const { id } = await params
  const { data } = await asked((token) => people.photo(id, token))
  if (!data) return new Response(null, { status: 204, headers: SAFE })
  return new Response(data, { headers: { ...SAFE, 'content-type': data.type } })
}

import type { NextRequest } from 'next/server'

import * as teaching from '@/lib/api/teaching'
import { saved } from '@/lib/saved'

type Context = { params: Promise<{ id: string }> }

export async function GET(_: NextRequest, { params }: Context): Promise<Response> {
  const { id } = await params
  return saved((token) => teaching.table(id, token), `session-${id}.csv`)
}

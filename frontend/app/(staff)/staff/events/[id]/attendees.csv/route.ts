import type { NextRequest } from 'next/server'

import * as organizing from '@/lib/api/organizing'
import { saved } from '@/lib/saved'

type Context = { params: Promise<{ id: string }> }

export async function GET(_: NextRequest, { params }: Context): Promise<Response> {
  const { id } = await params
  return saved((token) => organizing.table(id, token), `attendees-${id}.csv`)
}

import type { NextRequest } from 'next/server'

import * as library from '@/lib/api/library'
import { saved } from '@/lib/saved'

type Context = { params: Promise<{ id: string }> }

export async function GET(request: NextRequest, { params }: Context): Promise<Response> {
  const { id } = await params
  return saved((token) => library.file(id, token), request.nextUrl.searchParams.get('name') ?? id)
}

import type { NextRequest } from 'next/server'

import * as board from '@/lib/api/board'
import { asked } from '@/lib/forms'

type Context = { params: Promise<{ id: string; file: string }> }

/** A file that an applicant handed in: to be saved, and never shown inside a page. */
export async function GET(_: NextRequest, { params }: Context): Promise<Response> {
  const { id, file } = await params
  const { data, problem } = await asked((token) => board.file(id, file, token))
  if (!data) return Response.json(problem, { status: problem?.status ?? 503 })
  return new Response(data, { headers: { 'content-type': data.type, 'content-disposition': 'attachment', 'content-security-policy': "default-src 'none'; sandbox" } })
}

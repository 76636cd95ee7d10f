import 'server-only'

import type { Answer } from '@/lib/api'
import { asked } from '@/lib/forms'

/** A file of the API's, to be saved under this name and never shown inside a page. */
export async function saved(call: (token: string) => Promise<Answer<Blob>>, name: string): Promise<Response> {
  const { data, problem } = await asked(call)
  if (!data) return Response.json(problem, { status: problem.status })
  return new Response(data, { headers: { 'content-type': data.type, 'content-disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '')}"`, 'content-security-policy': "default-src 'none'; sandbox" } })
}

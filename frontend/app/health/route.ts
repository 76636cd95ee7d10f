import { health } from '@/lib/api'
import { env } from '@/lib/env'

export const dynamic = 'force-dynamic'

/**
 * Whether this website may take visitors: it reaches its API, and that is one of the same
 * environment. A website that shows another environment's data is worse than none.
 */
export async function GET(): Promise<Response> {
  const { environment, release } = env()
  const { data, problem } = await health()
  const seen = data?.environment ?? null
  const isWell = !problem && seen === environment
  const detail = problem ? problem.detail : isWell ? null : `the API is ${seen}'s, not ${environment}'s`
  return Response.json(
    { status: isWell ? 'healthy' : 'unhealthy', service: 'wwmaa-website', environment, release, detail },
    { status: isWell ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  )
}

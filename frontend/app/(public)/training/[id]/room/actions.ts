'use server'

import * as training from '@/lib/api/training'
import { asked } from '@/lib/forms'

/** Say that one is there still: where the session is seen, or why one is not there any more. */
export async function keepPlace(id: string): Promise<{ url: string | null; why: string }> {
  const { data, problem } = await asked((token) => training.join(id, token))
  return data ? { url: data.watch_url, why: '' } : { url: null, why: problem.status < 500 ? problem.detail : '' }
}

'use server'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as search from '@/lib/api/search'
import { refused, said } from '@/lib/forms'
import { token } from '@/lib/session'

/** Keep whether an answer helped. */
export async function judge(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await search.judge(said(form, 'query'), said(form, 'helped') === 'yes', await token())
  return problem ? refused(problem) : { done: words.search.thanks, values: {} }
}

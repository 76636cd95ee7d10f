'use server'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as api from '@/lib/api'
import { asked, refused, said } from '@/lib/forms'

export async function changePassword(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const body = { current: said(form, 'current'), password: said(form, 'password') }
  const { problem } = await asked((token) => api.changePassword(body, token))
  return problem ? refused(problem) : { done: words.members.passwordChanged, values: {} }
}

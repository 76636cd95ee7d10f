'use server'

import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as privacy from '@/lib/api/privacy'
import { asked, refused, said } from '@/lib/forms'
import { keep } from '@/lib/session'

export async function exportAll(): Promise<Outcome | null> {
  const { data, problem } = await asked((token) => privacy.exportAll(token))
  return problem ? refused(problem) : { values: {}, done: data.message }
}

/** Close the account of whoever sent the form, and forget the session it was sent with. */
export async function forget(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  if (said(form, 'confirmation').trim() !== 'DELETE') return { wrong: words.privacy.typed, values: {} }
  const { problem } = await asked((token) => privacy.forget(said(form, 'password'), said(form, 'key'), token))
  if (problem) return refused(problem)
  await keep(null)
  redirect('/account-closed')
}

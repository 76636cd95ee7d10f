'use server'

import { refresh } from 'next/cache'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as settings from '@/lib/api/settings'
import { asked, refused, said, text } from '@/lib/forms'

export async function change(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const told = { contact_email: said(form, 'contact_email'), reapply_after_days: Number(said(form, 'reapply_after_days')), version: Number(said(form, 'version')) }
  const { problem } = await asked((token) => settings.change(told, token))
  if (problem) return refused(problem, text(form, 'contact_email', 'reapply_after_days'))
  refresh()
  return { done: words.staff.saved, values: {} }
}

'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as readers from '@/lib/api/readers'
import { asked, refused, said } from '@/lib/forms'

/** Send the mail by which somebody confirms once more. */
export async function askAgain(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => readers.askAgain(said(form, 'id'), token))
  if (problem) return refused(problem)
  refresh()
  return { done: words.staff.newsletter.asked(said(form, 'email')), values: {} }
}

export async function remove(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => readers.remove(said(form, 'id'), token))
  if (problem) return refused(problem)
  redirect('/staff/newsletter?then=removed')
}

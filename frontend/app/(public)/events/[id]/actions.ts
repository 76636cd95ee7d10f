'use server'

import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import * as seats from '@/lib/api/seats'
import { asked, refused, said } from '@/lib/forms'

/** Ask for a seat; where one is held or waited for, the page says so. */
export async function takeSeat(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'event')
  const { problem } = await asked((token) => seats.take(id, said(form, 'key'), token))
  if (problem) return refused(problem)
  redirect(`/events/${encodeURIComponent(id)}#seat`)
}

export async function giveSeatBack(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'event')
  const { problem } = await asked((token) => seats.giveBack(id, said(form, 'key'), token))
  if (problem) return refused(problem)
  redirect(`/events/${encodeURIComponent(id)}#seat`)
}

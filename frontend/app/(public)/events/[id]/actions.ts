'use server'

import { refresh } from 'next/cache'

import type { Outcome } from '@/components/form'
import * as seats from '@/lib/api/seats'
import { asked, refused, said } from '@/lib/forms'

/** Nothing to say: the page itself is shown anew. Being led to a part of it would show what was. */
function shownAnew(): null {
  refresh()
  return null
}

/** Ask for a seat; where one is held or waited for, the page says so. */
export async function takeSeat(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'event')
  const { problem } = await asked((token) => seats.take(id, said(form, 'key'), token))
  if (problem) return refused(problem)
  return shownAnew()
}

export async function giveSeatBack(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'event')
  const { problem } = await asked((token) => seats.giveBack(id, said(form, 'key'), token))
  if (problem) return refused(problem)
  return shownAnew()
}

'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as training from '@/lib/api/training'
import { asked, refused, said } from '@/lib/forms'
import { seconds } from '@/lib/told'

const page = (id: string) => `/training/${encodeURIComponent(id)}`

export async function register(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'session')
  const { problem } = await asked((token) => training.register(id, token))
  if (problem) return refused(problem)
  redirect(page(id))
}

export async function withdraw(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'session')
  const { problem } = await asked((token) => training.withdraw(id, token))
  if (problem) return refused(problem)
  redirect(page(id))
}

/** Take a place, and go where the session is seen. */
export async function join(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'session')
  const { problem } = await asked((token) => training.join(id, token))
  if (problem) return refused(problem)
  redirect(`${page(id)}/room`)
}

/** Give the place back; whoever has none any more has left as well. */
export async function leave(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'session')
  const { problem } = await asked((token) => training.leave(id, token))
  if (problem && problem.status !== 404) return refused(problem)
  redirect(page(id))
}

/** Keep how far somebody is in a recording; a time that is not kept is worth no word. */
export async function keepProgress(id: string, video: string, at: number): Promise<void> {
  await asked((token) => training.keepProgress(id, video, Math.max(0, Math.round(at)), token))
}

export async function addBookmark(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'session')
  const typed = { at: said(form, 'at'), note: said(form, 'note') }
  const moment = seconds(typed.at)
  if (moment === null) return { wrong: words.training.noTime, values: typed }
  const body = { video_id: said(form, 'video'), seconds: moment, note: typed.note }
  const { problem } = await asked((token) => training.addBookmark(id, body, token))
  if (problem) return refused(problem, typed)
  // The page is not left: its video plays on.
  refresh()
  return null
}

export async function removeBookmark(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const id = said(form, 'session')
  const { problem } = await asked((token) => training.removeBookmark(id, said(form, 'bookmark'), token))
  if (problem) return refused(problem)
  refresh()
  return null
}

'use server'

import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import * as newsletter from '@/lib/api/newsletter'
import { refused, said, text } from '@/lib/forms'

const chosen = (form: FormData) => form.getAll('interests').map(String) as newsletter.Interest[]

function preferences(form: FormData, then: string): never {
  redirect(`/newsletter/preferences?token=${encodeURIComponent(said(form, 'token'))}&then=${then}`)
}

/** Ask for the newsletter; the box that agrees is one that must be ticked. */
export async function ask(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await newsletter.ask(said(form, 'email'), chosen(form))
  if (problem) return refused(problem, text(form, 'email'))
  redirect('/newsletter/sent')
}

export async function confirm(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await newsletter.confirm(said(form, 'token'))
  if (problem) return refused(problem)
  redirect('/newsletter/confirm/done')
}

export async function prefer(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await newsletter.prefer(said(form, 'token'), chosen(form))
  if (problem) return refused(problem)
  preferences(form, 'kept')
}

export async function leave(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await newsletter.leave(said(form, 'token'))
  if (problem) return refused(problem)
  preferences(form, 'left')
}

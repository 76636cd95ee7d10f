'use server'

import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import type { Answer } from '@/lib/api'
import type { Submitted } from '@/lib/api/applications'
import * as board from '@/lib/api/board'
import { asked, refused, said, text } from '@/lib/forms'

/** Do what a form of the board says, and show what became of the application. */
async function decided(form: FormData, typed: string[], does: (id: string, token: string) => Promise<Answer<Submitted>>): Promise<Outcome> {
  const id = said(form, 'id')
  const { problem } = await asked((token) => does(id, token))
  if (problem) return refused(problem, text(form, ...typed))
  redirect(`/board/applications/${encodeURIComponent(id)}`)
}

export async function approve(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return decided(form, ['note'], (id, token) => board.approve(id, said(form, 'note'), said(form, 'key'), token))
}

export async function reject(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const typed = ['because', 'improvements']
  const body = { because: said(form, 'because'), improvements: said(form, 'improvements') }
  return decided(form, typed, (id, token) => board.reject(id, body, said(form, 'key'), token))
}

export async function ask(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return decided(form, ['text'], (id, token) => board.ask(id, said(form, 'text'), token))
}

export async function decideAppeal(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const body = { is_granted: said(form, 'word') === 'grant', note: said(form, 'note') }
  return decided(form, ['note', 'word'], (id, token) => board.decideAppeal(id, body, said(form, 'key'), token))
}

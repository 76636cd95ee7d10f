'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import type { Answer } from '@/lib/api'
import * as teaching from '@/lib/api/teaching'
import { asked, refused, said, text } from '@/lib/forms'
import { instant } from '@/lib/wall'

const HERE = '/staff/training'
const TYPED = ['title', 'discipline', 'starts_at', 'duration_minutes', 'access_type', 'capacity', 'description', 'tags']

function described(form: FormData): teaching.NewSession {
  return {
    title: said(form, 'title').trim(),
    discipline: said(form, 'discipline'),
    starts_at: instant(said(form, 'starts_at'), 'UTC'),
    duration_minutes: Number(said(form, 'duration_minutes')),
    access_type: said(form, 'access_type') as NonNullable<teaching.NewSession['access_type']>,
    capacity: Number(said(form, 'capacity')),
    description: said(form, 'description'),
    tags: said(form, 'tags').split(',').map((tag) => tag.trim()).filter(Boolean),
  }
}

export async function create(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { data, problem } = await asked((token) => teaching.create(described(form), token))
  if (problem) return refused(problem, text(form, ...TYPED))
  redirect(`${HERE}/${data.id}`)
}

export async function change(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => teaching.change(said(form, 'id'), described(form), token))
  if (problem) return refused(problem, text(form, ...TYPED))
  refresh()
  return { done: words.staff.saved, values: {} }
}

/** Do what a form says with a session, and show what it is then. */
async function moved<T>(form: FormData, does: (id: string, token: string) => Promise<Answer<T>>): Promise<Outcome | null> {
  const id = said(form, 'id')
  const { problem } = await asked((token) => does(id, token))
  if (problem) return refused(problem, text(form, 'because'))
  redirect(`${HERE}/${id}`)
}

export async function callOff(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved(form, (id, token) => teaching.callOff(id, said(form, 'because'), token))
}

export async function start(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved(form, teaching.start)
}

export async function end(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved(form, teaching.end)
}

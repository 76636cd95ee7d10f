'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as people from '@/lib/api/people'
import { asked, refused, said, text } from '@/lib/forms'

const HERE = '/profile/edit'
const TYPED = ['full_name', 'rank', 'location', 'phone', 'bio'] as const

export async function change(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const typed = text(form, ...TYPED)
  const body = { ...typed, disciplines: form.getAll('disciplines').map(String), is_public: form.has('is_public') }
  const { problem } = await asked((token) => people.change(body, token))
  if (problem) return refused(problem, { ...typed, is_public: said(form, 'is_public') })
  redirect(`${HERE}?then=kept`)
}

export async function changePhoto(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const file = form.get('file')
  if (!(file instanceof File) || !file.size) return { wrong: words.people.noFile, values: {} }
  const { problem } = await asked((token) => people.changePhoto(file, token))
  if (problem) return refused(problem)
  // Being led to a part of the same page would show it as it was.
  refresh()
  return null
}

export async function removePhoto(): Promise<Outcome | null> {
  const { problem } = await asked((token) => people.removePhoto(token))
  if (problem) return refused(problem)
  refresh()
  return null
}

'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as library from '@/lib/api/library'
import { asked, refused, said, text } from '@/lib/forms'

const HERE = '/staff/resources'
const TYPED = ['title', 'description', 'category', 'access_type']

function described(form: FormData): library.NewResource {
  return {
    title: said(form, 'title').trim(),
    description: said(form, 'description'),
    category: said(form, 'category') as NonNullable<library.NewResource['category']>,
    access_type: said(form, 'access_type') as NonNullable<library.NewResource['access_type']>,
  }
}

export async function add(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { data, problem } = await asked((token) => library.add(described(form), token))
  if (problem) return refused(problem, text(form, ...TYPED))
  redirect(`${HERE}/${data.id}`)
}

export async function change(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => library.change(said(form, 'id'), described(form), token))
  if (problem) return refused(problem, text(form, ...TYPED))
  refresh()
  return { done: words.staff.saved, values: {} }
}

export async function putFile(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const file = form.get('file')
  if (!(file instanceof File) || !file.size) return { wrong: words.apply.noFile, values: {} }
  const { problem } = await asked((token) => library.putFile(said(form, 'id'), file, token))
  if (problem) return refused(problem)
  redirect(`${HERE}/${said(form, 'id')}`)
}

export async function publish(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const isPublished = said(form, 'published') === 'yes'
  const { problem } = await asked((token) => library.change(said(form, 'id'), { is_published: isPublished }, token))
  if (problem) return refused(problem)
  redirect(`${HERE}/${said(form, 'id')}`)
}

export async function remove(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => library.remove(said(form, 'id'), token))
  if (problem) return refused(problem)
  redirect(HERE)
}

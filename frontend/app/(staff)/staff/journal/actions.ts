'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as writing from '@/lib/api/writing'
import { asked, refused, said, text } from '@/lib/forms'

const HERE = '/staff/journal'
const TYPED = ['title', 'category', 'excerpt', 'content', 'tags', 'slug']

function written(form: FormData): writing.NewPost {
  return {
    title: said(form, 'title').trim(),
    category: said(form, 'category'),
    excerpt: said(form, 'excerpt').trim(),
    content: said(form, 'content'),
    tags: said(form, 'tags').split(',').map((tag) => tag.trim()).filter(Boolean),
  }
}

export async function draft(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { data, problem } = await asked((token) => writing.draft(written(form), token))
  if (problem) return refused(problem, text(form, ...TYPED))
  redirect(`${HERE}/${data.id}`)
}

export async function change(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const told = { ...written(form), slug: said(form, 'slug').trim() }
  const { problem } = await asked((token) => writing.change(said(form, 'id'), told, token))
  if (problem) return refused(problem, text(form, ...TYPED))
  refresh()
  return { done: words.staff.saved, values: {} }
}

export async function publish(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => writing.publish(said(form, 'id'), token))
  if (problem) return refused(problem)
  redirect(`${HERE}/${said(form, 'id')}`)
}

export async function archive(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => writing.archive(said(form, 'id'), token))
  if (problem) return refused(problem)
  redirect(`${HERE}/${said(form, 'id')}`)
}

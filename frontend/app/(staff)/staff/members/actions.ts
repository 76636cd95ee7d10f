'use server'

import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import type { Answer } from '@/lib/api'
import * as members from '@/lib/api/members'
import { asked, refused, said, text } from '@/lib/forms'
import type { Role } from '@/lib/roles'

/** Do what a form says with somebody's account, and show how it stands then. */
async function moved(form: FormData, does: (id: string, token: string) => Promise<Answer<members.Overview>>): Promise<Outcome | null> {
  const id = said(form, 'id')
  const { problem } = await asked((token) => does(id, token))
  if (problem) return refused(problem, text(form, 'role', 'because'))
  redirect(`/staff/members/${id}`)
}

export async function changeRole(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved(form, (id, token) => members.changeRole(id, said(form, 'role') as Role, token))
}

export async function suspend(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved(form, (id, token) => members.suspend(id, said(form, 'because'), token))
}

export async function restore(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved(form, members.restore)
}

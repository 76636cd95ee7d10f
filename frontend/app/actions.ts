'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import * as api from '@/lib/api'
import { baked, themeCookie } from '@/lib/cookies'
import { env } from '@/lib/env'
import { refused, text } from '@/lib/forms'
import { inside, keep, token } from '@/lib/session'

export async function logIn(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { email = '', next } = text(form, 'email', 'next')
  const { data, problem } = await api.logIn({ email, password: String(form.get('password') ?? '') })
  if (problem) return refused(problem, { email })
  await keep(data)
  redirect(inside(next))
}

export async function register(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const values = text(form, 'email', 'full_name', 'terms', 'newsletter')
  const { problem } = await api.register({
    email: values.email ?? '',
    full_name: values.full_name ?? '',
    password: String(form.get('password') ?? ''),
    terms_accepted: values.terms === 'on',
    wants_newsletter: values.newsletter === 'on',
  })
  if (problem) return refused(problem, values)
  redirect('/register/sent')
}

export async function verifyEmail(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await api.verifyEmail(String(form.get('token') ?? ''))
  if (problem) return refused(problem, {})
  redirect('/verify-email/done')
}

export async function forgotPassword(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { email = '' } = text(form, 'email')
  const { problem } = await api.forgotPassword(email)
  if (problem) return refused(problem, { email })
  redirect('/forgot-password/sent')
}

export async function resetPassword(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { token: spent = '' } = text(form, 'token')
  const { problem } = await api.resetPassword({ token: spent, password: String(form.get('password') ?? '') })
  if (problem) return refused(problem, {})
  await keep(null)
  redirect('/reset-password/done')
}

/** End one session of one's own, or all but this one where none is named. */
export async function endSessions(form: FormData): Promise<void> {
  const access = await token()
  const { id } = text(form, 'id')
  if (access) await (id ? api.endSession(id, access) : api.endOtherSessions(access))
  redirect('/profile')
}

export async function logOut(): Promise<void> {
  const access = await token()
  // Whatever the API says, this browser forgets the session.
  if (access) await api.logOut(access)
  await keep(null)
  redirect('/')
}

export async function setTheme(form: FormData): Promise<void> {
  const { theme = '', path } = text(form, 'theme', 'path')
  const known = ['system', 'light', 'dark'].includes(theme) ? theme : 'system'
  ;(await cookies()).set(baked(themeCookie(), known, 365 * 86_400))
  redirect(inside(path))
}

/** Be a persona with one click. Only an environment on one machine has any, and never production. */
export async function become(form: FormData): Promise<void> {
  const { doors } = env()
  const { email = '', path } = text(form, 'email', 'path')
  const persona = doors?.personas.find((each) => each.email === email)
  if (!doors || !persona) throw new Error('Nobody is anybody else here.')
  const { data, problem } = await api.logIn({ email, password: doors.password })
  if (problem) throw new Error(problem.detail)
  await keep(data)
  redirect(inside(path))
}

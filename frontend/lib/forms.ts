import 'server-only'

import type { Outcome } from '@/components/form'
import type { Answer, Problem } from '@/lib/api'
import { token } from '@/lib/session'

/** What stood in these fields; a password is never sent back. */
export function text(form: FormData, ...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, String(form.get(name) ?? '')]))
}

/** One field's text. */
export function said(form: FormData, name: string): string {
  return String(form.get(name) ?? '')
}

/** Why a form was refused, in the API's words. */
export function refused(problem: Problem, values: Record<string, string> = {}): Outcome {
  return { wrong: problem.detail, values }
}

/** Ask the API for whoever sent the form; an empty token is told that nobody is logged in. */
export async function asked<T>(call: (token: string) => Promise<Answer<T>>): Promise<Answer<T>> {
  return call((await token()) ?? '')
}

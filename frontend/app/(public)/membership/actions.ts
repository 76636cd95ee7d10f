'use server'

import type { Outcome } from '@/components/form'
import type { Answer } from '@/lib/api'
import * as membership from '@/lib/api/membership'
import { asked, refused, said } from '@/lib/forms'

/** A page of the payment provider's: the policy lets no form lead there, so a link does. */
function leads({ data, problem }: Answer<{ url: string }>): Outcome {
  return data ? { values: {}, goOn: data.url } : refused(problem)
}

/** What was taken; it is seen once the payment provider has told of it. */
function taken({ data, problem }: Answer<{ message: string }>): Outcome {
  return data ? { values: {}, done: data.message } : refused(problem)
}

const tier = (form: FormData) => said(form, 'tier') as membership.Tier

export async function payFor(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return leads(await asked((token) => membership.payAt(tier(form), said(form, 'key'), token)))
}

export async function changeTo(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return taken(await asked((token) => membership.change(tier(form), said(form, 'key'), token)))
}

export async function openPortal(): Promise<Outcome | null> {
  return leads(await asked((token) => membership.portal(token)))
}

export async function endMembership(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return taken(await asked((token) => membership.cancel(said(form, 'key'), token)))
}

export async function resumeMembership(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return taken(await asked((token) => membership.resume(said(form, 'key'), token)))
}

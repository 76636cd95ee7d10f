import 'server-only'

import { answered, api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Tier = Schemas['Tier']
export type Invoice = Schemas['InvoiceView']
export type Membership = Schemas['MembershipView']

/** What a question that may be repeated is known by; it is answered once. */
const once = (key: string) => ({ header: { 'Idempotency-Key': key } })

/** What each tier costs, where it is paid. */
export async function tiers() {
  return answered((await api()).GET('/api/membership/tiers'))
}

/** How somebody's paid membership stands; null while there is none. */
export async function show(token: string) {
  return answered((await api(token)).GET('/api/membership'))
}

export async function payAt(tier: Tier, key: string, token: string) {
  return answered((await api(token)).POST('/api/membership/checkout', { params: once(key), body: { tier } }))
}

export async function change(tier: Tier, key: string, token: string) {
  return answered((await api(token)).POST('/api/membership/change', { params: once(key), body: { tier } }))
}

export async function portal(token: string) {
  return answered((await api(token)).POST('/api/membership/portal'))
}

export async function cancel(token: string) {
  return answered((await api(token)).POST('/api/membership/cancel'))
}

export async function resume(token: string) {
  return answered((await api(token)).POST('/api/membership/resume'))
}

export async function invoices(token: string) {
  return answered((await api(token)).GET('/api/membership/invoices'))
}

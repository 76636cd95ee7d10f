import 'server-only'

import { answered, api, once } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Tier = Schemas['Tier']
export type Invoice = Schemas['InvoiceView']
export type Membership = Schemas['MembershipView']

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

export async function cancel(key: string, token: string) {
  return answered((await api(token)).POST('/api/membership/cancel', { params: once(key) }))
}

export async function resume(key: string, token: string) {
  return answered((await api(token)).POST('/api/membership/resume', { params: once(key) }))
}

export async function invoices(token: string) {
  return answered((await api(token)).GET('/api/membership/invoices'))
}

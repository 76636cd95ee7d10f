import 'server-only'

import { answered, api } from './client'

/** What is kept about people, and what comes of it when they are forgotten. */
export async function kept() {
  return answered((await api()).GET('/api/privacy'))
}

export async function consents(token: string) {
  return answered((await api(token)).GET('/api/privacy/consents'))
}

/** Have all that is kept about somebody put together; the link comes by mail. */
export async function exportAll(token: string) {
  return answered((await api(token)).POST('/api/privacy/exports'))
}

export async function forget(password: string, key: string, token: string) {
  const params = { header: { 'Idempotency-Key': key } }
  return answered((await api(token)).POST('/api/privacy/deletion', { params, body: { password, confirmation: 'DELETE' } }))
}

import 'server-only'

import { answered, api } from './client'
import type { components } from './schema'

/** Where the association is written to, and what else everybody may know of it. */
export async function show() {
  return answered((await api()).GET('/api/association'))
}

/** Write to the association; what is written goes there by mail. */
export async function write(body: components['schemas']['Letter']) {
  return answered((await api()).POST('/api/association/messages', { body }))
}

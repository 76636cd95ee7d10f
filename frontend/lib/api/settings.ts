import 'server-only'

import { answered, api } from './client'
import type { components } from './schema'

/** What the association sets for itself, with the version that a change has to name. */
export async function show(token: string) {
  return answered((await api(token)).GET('/api/admin/settings'))
}

export async function change(body: components['schemas']['SettingsChange'], token: string) {
  return answered((await api(token)).PUT('/api/admin/settings', { body }))
}

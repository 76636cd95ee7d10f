'use server'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as association from '@/lib/api/association'
import { refused, text } from '@/lib/forms'

/** Send what somebody wrote to the association. */
export async function write(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { name = '', email = '', text: said = '' } = text(form, 'name', 'email', 'text')
  const { problem } = await association.write({ name, email, text: said })
  return problem ? refused(problem, { name, email, text: said }) : { done: words.contact.sent, values: {} }
}

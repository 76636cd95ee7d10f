'use server'

import type { Problem } from '@/lib/api'
import * as chat from '@/lib/api/chat'
import * as training from '@/lib/api/training'
import type { Moderation } from '@/lib/chat'
import { env } from '@/lib/env'
import { asked } from '@/lib/forms'
import type { Opening } from '@/lib/line'

/** Why something is refused for good; what may work in a moment has no reason. */
const reason = (problem: Problem) => (problem.status < 500 && problem.status !== 429 ? problem.detail : '')

/** Say that one is there still: where the session is seen, or why one is not there any more. */
export async function keepPlace(id: string): Promise<{ url: string | null; why: string }> {
  const { data, problem } = await asked((token) => training.join(id, token))
  return data ? { url: data.watch_url, why: '' } : { url: null, why: reason(problem) }
}

/** What the chat is connected with; whoever lost their place in the room takes it again. */
export async function openChat(id: string): Promise<Opening> {
  let { data, problem } = await asked((token) => chat.ticket(id, token))
  if (problem?.status === 409) {
    const { why } = await keepPlace(id)
    if (why) return { ticket: null, why }
    ;({ data, problem } = await asked((token) => chat.ticket(id, token)))
  }
  if (!data) return { ticket: null, why: reason(problem!) }
  // The policy names this address alone; the API knows the path.
  const url = new URL(new URL(data.url).pathname, env().socketUrl)
  return { ticket: { url: url.href, protocols: data.protocols }, why: '' }
}

/** Do what a host may do; why not, when the API refuses. Everybody in the room hears of it. */
export async function moderate(id: string, act: Moderation): Promise<string> {
  const { problem } = await asked<unknown>((token) => {
    switch (act.what) {
      case 'remove': return chat.remove(id, act.message, token)
      case 'mute': return chat.mute(id, act.profile, act.minutes, token)
      case 'speak': return chat.unmute(id, act.profile, token)
      case 'lower': return chat.lowerHand(id, act.profile, token)
    }
  })
  return problem?.detail ?? ''
}

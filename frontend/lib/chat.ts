/** What is spoken in a room by WebSocket, and what somebody sees after each word; docs/chat.md tells it. */

export type Who = { id: string; name: string }
export type Said = { id: string; by: Who; text: string; at: string }
export type Mute = { who: Who; until: string | null }

export type Told =
  | { kind: 'welcome'; messages: Said[]; hands: Who[]; muted_until: string | null; is_host: boolean; may_moderate: boolean; muted: Mute[] }
  | ({ kind: 'said' } & Said)
  | { kind: 'reacted'; by: Who; emoji: string }
  | { kind: 'hand'; of: Who; up: boolean }
  | { kind: 'removed'; id: string }
  | ({ kind: 'muted' } & Mute)
  | { kind: 'refused'; why: string; retry_after?: number | null }

export type Sent = { kind: 'say'; text: string } | { kind: 'react'; emoji: string } | { kind: 'hand'; up: boolean }

/** What passes by itself: a reaction is seen for a while, and a refusal or a mute ends. */
export type Passed = { kind: 'faded'; n: number } | { kind: 'forgiven' } | { kind: 'unmuted' }

/** What a host may do; the API says who that is. */
export type Moderation =
  | { what: 'remove'; message: string }
  | { what: 'mute'; profile: string; minutes: number }
  | { what: 'speak'; profile: string }
  | { what: 'lower'; profile: string }

export type Talk = {
  me: string
  messages: Said[]
  hands: Who[]
  /** Who is muted; those alone know who may moderate. */
  muted: Mute[]
  mutedUntil: string | null
  isHost: boolean
  mayModerate: boolean
  reactions: { n: number; emoji: string }[]
  reacted: number
  refused: { why: string; seconds: number } | null
}

export const LONGEST = 2000
export const EMOJI = ['👏', '🥋', '👍', '❤️', '🔥'] as const
const MOST = 300

export function begin(me: string, messages: Said[]): Talk {
  return { me, messages, hands: [], muted: [], mutedUntil: null, isHost: false, mayModerate: false, reactions: [], reacted: 0, refused: null }
}

/** The talk after one more word. */
export function after(talk: Talk, told: Told | Passed): Talk {
  switch (told.kind) {
    case 'welcome':
      return { ...talk, messages: told.messages, hands: told.hands, muted: told.muted, mutedUntil: told.muted_until, isHost: told.is_host, mayModerate: told.may_moderate, refused: null }
    case 'said':
      return { ...talk, messages: [...talk.messages, told].slice(-MOST) }
    case 'removed':
      return { ...talk, messages: talk.messages.filter(({ id }) => id !== told.id) }
    case 'hand':
      return { ...talk, hands: [...talk.hands.filter(({ id }) => id !== told.of.id), ...(told.up ? [told.of] : [])] }
    case 'muted':
      return muted(talk, told)
    case 'reacted':
      return { ...talk, reacted: talk.reacted + 1, reactions: [...talk.reactions, { n: talk.reacted, emoji: told.emoji }].slice(-MOST) }
    case 'faded':
      return { ...talk, reactions: talk.reactions.filter(({ n }) => n > told.n) }
    case 'refused':
      return { ...talk, refused: { why: told.why, seconds: told.retry_after ?? 0 } }
    case 'forgiven':
      return { ...talk, refused: null }
    case 'unmuted':
      return { ...talk, mutedUntil: null }
    default:
      // While a deployment changes, the API may say words that this page does not know yet.
      return talk
  }
}

function muted(talk: Talk, { who, until }: Mute): Talk {
  const others = talk.muted.filter((each) => each.who.id !== who.id)
  return {
    ...talk,
    muted: until ? [...others, { who, until }] : others,
    mutedUntil: who.id === talk.me ? until : talk.mutedUntil,
  }
}

'use client'

import { useEffect, useEffectEvent, useReducer, useRef, useState } from 'react'

import { after, begin, type Passed, type Said, type Told } from './chat'
import { keepConnected, type Line, type Opening, type Standing } from './line'

const SEEN_MS = 8_000
const UNANSWERED_MS = 10_000
/** Longer than any session; a browser's timers can wait no longer than 24 days. */
const A_DAY_MS = 86_400_000

type Pending = { text: string; known: Set<string>; done: (isSaid: boolean) => void }

/** The chat of a room, as somebody in it sees it, and what they can do there. */
export function useChat(me: string, messages: Said[], open: () => Promise<Opening>) {
  const [talk, tell] = useReducer(after, null, () => begin(me, messages))
  const [{ standing, why }, setStanding] = useState<{ standing: Standing; why: string }>({ standing: 'connecting', why: '' })
  const line = useRef<Line>(null)
  const pending = useRef<Pending>(null)

  const opened = useEffectEvent(open)
  const heard = useEffectEvent((told: Told) => {
    tell(told)
    settle(pending, told, me)
  })
  useEffect(() => {
    const made = keepConnected({ open: () => opened(), hear: (told) => heard(told), stand: (standing, why) => setStanding({ standing, why }) })
    line.current = made
    return () => made.end()
  }, [])

  const { reactions, refused, mutedUntil } = talk
  const newest = reactions.at(-1)?.n
  usePassing(tell, newest === undefined ? null : { kind: 'faded', n: newest }, SEEN_MS)
  usePassing(tell, refused && { kind: 'forgiven' }, Math.max(refused?.seconds ?? 0, 6) * 1000)
  usePassing(tell, mutedUntil ? { kind: 'unmuted' } : null, mutedUntil ? Math.min(Math.max(Date.parse(mutedUntil) - Date.now(), 0), A_DAY_MS) : 0)

  /** Say something; whether it was heard. What is not answered is asked after, by connecting anew. */
  function say(text: string): Promise<boolean> {
    return new Promise((done) => {
      if (!line.current?.send({ kind: 'say', text })) return done(false)
      pending.current = { text, known: new Set(talk.messages.map(({ id }) => id)), done }
      setTimeout(() => { if (pending.current?.done === done) line.current?.again() }, UNANSWERED_MS)
    })
  }

  return {
    talk,
    standing,
    why,
    say,
    react: (emoji: string) => line.current?.send({ kind: 'react', emoji }),
    raise: (up: boolean) => line.current?.send({ kind: 'hand', up }),
    again: () => line.current?.again(),
  }
}

/** Answer whoever waits whether what they said has arrived. */
function settle(pending: { current: Pending | null }, told: Told, me: string): void {
  const waits = pending.current
  const isMine = (said: Said) => said.by.id === me && said.text === waits?.text && !waits.known.has(said.id)
  const isSaid = told.kind === 'said' ? isMine(told) : told.kind === 'welcome' && told.messages.some(isMine)
  if (!waits || !(isSaid || told.kind === 'refused' || told.kind === 'welcome')) return
  pending.current = null
  waits.done(isSaid)
}

/** Lets something pass after a while. */
function usePassing(tell: (passed: Passed) => void, what: Passed | null, after: number): void {
  const key = what && JSON.stringify(what)
  useEffect(() => {
    if (!key) return undefined
    const timer = setTimeout(() => tell(JSON.parse(key) as Passed), after)
    // A reaction passes even when others come meanwhile; the others pass after it.
    return key.includes('faded') ? undefined : () => clearTimeout(timer)
  }, [key, after, tell])
}

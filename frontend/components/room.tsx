'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'

import { Chat } from '@/components/chat'
import { Form, type FormAction } from '@/components/form'
import { Gestures, Hands, Rising } from '@/components/gestures'
import { Player } from '@/components/player'
import { player as words } from '@/content/en'
import { room } from '@/content/en-room'
import type { Moderation, Said } from '@/lib/chat'
import type { Opening } from '@/lib/line'
import { useChat } from '@/lib/use-chat'

/** How often it is asked for where there is no picture yet. */
const SOON_S = 10

type Props = {
  session: string
  title: string
  url: string | null
  renewAfter: number
  me: string
  teacher: string
  said: Said[]
  keep: () => Promise<{ url: string | null; why: string }>
  leave: FormAction
  open: () => Promise<Opening>
  moderate: (act: Moderation) => Promise<string>
}

/** A session as it is on air, and those who are there, for as long as the viewer has a place in it. */
export function Room({ session, title, url: first, renewAfter, me, teacher, said, keep, leave, open, moderate }: Props) {
  const { url, why: gone } = usePlace(first, renewAfter, keep)
  const { talk, standing, why, say, react, raise, again } = useChat(me, said, open)
  const [refused, setRefused] = useState('')
  const act = (what: Moderation) => void moderate(what).then(setRefused, () => setRefused(room.unreachable))
  const isThere = standing === 'there'

  return (
    <div className="watch room">
      <div className="stack">
        <div className="on-stage">
          {url ? <Player url={url} title={title} isLive /> : <div className="player"><p role="status" className="player-word">{words.silent}</p></div>}
          <Rising talk={talk} />
        </div>
        <Gestures talk={talk} isThere={isThere} react={react} raise={raise} />
        {refused && <p role="alert" className="notice wrong">{refused}</p>}
      </div>
      <Chat talk={talk} standing={standing} why={why} teacher={teacher} say={say} again={again} act={act} />
      <div className="stack">
        <Hands talk={talk} act={act} />
        {gone
          ? <><p role="alert" className="notice wrong">{words.gone} {gone}</p><p><Link className="button" href={`/training/${session}`}>{words.back}</Link></p></>
          : <div className="place"><p role="status" className="notice fine">{words.there}</p><Form action={leave} hidden={{ session }} submit={words.leave} quiet /></div>}
      </div>
    </div>
  )
}

/** Keeps the viewer's place by asking for it again, and tells where the session is seen. */
function usePlace(first: string | null, renewAfter: number, keep: Props['keep']) {
  const [url, setUrl] = useState(first)
  const [why, setWhy] = useState('')
  useEffect(() => {
    const beat = setInterval(() => {
      void keep().then((told) => {
        setWhy(told.why)
        // A link works for a day: what plays goes on with the first one.
        setUrl((before) => before ?? told.url)
        if (told.why) clearInterval(beat)
      }).catch(() => undefined)
    }, (url ? renewAfter : SOON_S) * 1000)
    return () => clearInterval(beat)
  }, [keep, renewAfter, url])
  return { url, why }
}

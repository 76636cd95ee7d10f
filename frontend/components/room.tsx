'use client'

import Link from 'next/link'
import { useEffect, useState } from 'react'

import { Form, type FormAction } from '@/components/form'
import { Player } from '@/components/player'
import { player as words } from '@/content/en'

/** How often it is asked for where there is no picture yet. */
const SOON_S = 10

type Props = {
  session: string
  title: string
  url: string | null
  renewAfter: number
  keep: () => Promise<{ url: string | null; why: string }>
  leave: FormAction
}

/** A session as it is on air, for as long as the viewer has a place in it, which is kept meanwhile. */
export function Room({ session, title, url: first, renewAfter, keep, leave }: Props) {
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

  return (
    <div className="watch">
      {url ? <Player url={url} title={title} isLive /> : <div className="player"><p role="status" className="player-word">{words.silent}</p></div>}
      <section className="panel stack" aria-label={title}>
        {why
          ? <><p role="alert" className="notice wrong">{words.gone} {why}</p><p><Link className="button" href={`/training/${session}`}>{words.back}</Link></p></>
          : <><p role="status" className="notice fine">{words.there}</p><Form action={leave} hidden={{ session }} submit={words.leave} quiet /></>}
      </section>
    </div>
  )
}

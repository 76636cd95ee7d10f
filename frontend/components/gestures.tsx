'use client'

import { useEffect, useEffectEvent, useState } from 'react'

import { room as words } from '@/content/en-room'
import { EMOJI, type Moderation, type Talk } from '@/lib/chat'

const TOLD_EVERY_MS = 4_000

type Props = { talk: Talk; isThere: boolean; react: (emoji: string) => void; raise: (up: boolean) => void }

/** What one shows without words: a reaction that passes, and a hand that stays up. */
export function Gestures({ talk, isThere, react, raise }: Props) {
  const isUp = talk.hands.some(({ id }) => id === talk.me)
  const count = (emoji: string) => talk.reactions.filter((each) => each.emoji === emoji).length
  return (
    <div className="gestures">
      <div className="row" role="group" aria-label={words.reactions}>
        {EMOJI.map((emoji) => (
          <button key={emoji} className="reaction" title={words.reaction[emoji]} aria-disabled={!isThere} onClick={() => react(emoji)}>
            <span aria-hidden="true">{emoji}</span>
            <span className="visually-hidden">{words.reaction[emoji]} </span>
            <span className="count">{count(emoji) || ''}</span>
          </button>
        ))}
      </div>
      {!talk.isHost && (
        <button className={isUp ? 'button' : 'button quiet'} aria-disabled={!isThere} onClick={() => raise(!isUp)}>
          <span aria-hidden="true">✋</span>{isUp ? words.lower : words.raise}
        </button>
      )}
      <TellReactions talk={talk} />
    </div>
  )
}

/** The reactions for those who do not see them: together, now and then. */
function TellReactions({ talk: { reactions } }: { talk: Talk }) {
  const [told, setTold] = useState('')
  const count = useEffectEvent(() => {
    const seen = EMOJI.map((emoji) => [emoji, reactions.filter((each) => each.emoji === emoji).length] as const)
    setTold(seen.filter(([, n]) => n).map(([emoji, n]) => `${words.reaction[emoji]}: ${words.justNow(n)}`).join(', '))
  })
  useEffect(() => {
    const timer = setInterval(() => count(), TOLD_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  return <p role="status" className="visually-hidden">{told}</p>
}

/** Reactions that rise over the picture, for those who like motion; the others see the numbers. */
export function Rising({ talk: { reactions } }: { talk: Talk }) {
  return <ul className="rising" aria-hidden="true">{reactions.map(({ n, emoji }) => <li key={n} className={`rise-${n % 5}`}>{emoji}</li>)}</ul>
}

/** Whose hands are up, in their order; and for those who may, who is muted. */
export function Hands({ talk: { hands, muted, me, mayModerate }, act }: { talk: Talk; act: (act: Moderation) => void }) {
  return (
    <section className="hands" aria-labelledby="hands-title">
      <h2 id="hands-title">{words.hands}</h2>
      <div role="status">{!hands.length && <p className="soft small">{words.noHands}</p>}</div>
      <ol aria-live="polite">
        {hands.map(({ id, name }) => (
          <li key={id}>
            <span>{name}{id === me && ` (${words.you})`}</span>
            {mayModerate && <button className="chip" aria-label={words.whose(words.takeDown, name)} onClick={() => act({ what: 'lower', profile: id })}>{words.takeDown}</button>}
          </li>
        ))}
      </ol>
      {mayModerate && muted.length > 0 && (
        <>
          <h3>{words.mutes}</h3>
          <ul>
            {muted.map(({ who: { id, name } }) => (
              <li key={id}><span>{name}</span><button className="chip" aria-label={words.whose(words.speak, name)} onClick={() => act({ what: 'speak', profile: id })}>{words.speak}</button></li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

'use client'

import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'

import { LocalMinute } from '@/components/local'
import { room as words } from '@/content/en-room'
import { LONGEST, type Moderation, type Said, type Talk } from '@/lib/chat'
import type { Standing } from '@/lib/line'

/** What the API takes for no plain text: control characters, but for those that emojis and some scripts are joined by. */
const NOT_PLAIN = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu

type Act = (act: Moderation) => void

type Props = {
  talk: Talk
  standing: Standing
  why: string
  teacher: string
  say: (text: string) => Promise<boolean>
  again: () => void
  act: Act
}

/** What is said in the room: a log of a fixed height, so that nothing on the page jumps, and a box to write in. */
export function Chat({ talk, standing, why, teacher, say, again, act }: Props) {
  const isEnded = standing === 'over' || standing === 'gone'
  return (
    <section className="chat panel" aria-labelledby="chat-title">
      <div className="chat-head">
        <h2 id="chat-title">{words.chat}</h2>
        <p role="status" className={`standing ${standing}`}>{words.states[standing]}</p>
      </div>
      <Log talk={talk} teacher={teacher} act={act} />
      {(standing === 'elsewhere' || standing === 'gone') && (
        <div className="notice wrong">
          <p>{why || words.states[standing]}</p>
          <button className="button quiet" onClick={again}>{standing === 'gone' ? words.retry : words.here}</button>
        </div>
      )}
      {!isEnded && <Composer talk={talk} isThere={standing === 'there'} say={say} />}
    </section>
  )
}

function Log({ talk: { me, messages, mayModerate }, teacher, act }: { talk: Talk; teacher: string; act: Act }) {
  const log = useRef<HTMLDivElement>(null)
  const [isBelow, setIsBelow] = useState(true)
  const isBelowNow = useRef(true)
  const last = messages.at(-1)?.id

  // Who reads what was said before is left there; who is at the end stays at the end.
  useLayoutEffect(() => {
    if (isBelowNow.current) toEnd(log.current)
  }, [last])

  function onScroll() {
    const { scrollTop, scrollHeight, clientHeight } = log.current!
    isBelowNow.current = scrollHeight - scrollTop - clientHeight < 40
    setIsBelow(isBelowNow.current)
  }

  return (
    <div className="log-frame">
      <div ref={log} className="log" role="log" aria-label={words.log} tabIndex={0} onScroll={onScroll}>
        {!messages.length && <p className="soft small">{words.empty}</p>}
        <ol>{messages.map((each) => <Message key={each.id} said={each} isMine={each.by.id === me} isTeachers={each.by.id === teacher} act={mayModerate ? act : null} />)}</ol>
      </div>
      {!isBelow && <button className="chip newer" onClick={() => toEnd(log.current)}>{words.newer} ↓</button>}
    </div>
  )
}

function toEnd(log: HTMLDivElement | null) {
  if (log) log.scrollTop = log.scrollHeight
}

type MessageOf = { said: Said; isMine: boolean; isTeachers: boolean; act: Act | null }

function Message({ said: { id, by, text, at }, isMine, isTeachers, act }: MessageOf) {
  return (
    <li className={isMine ? 'said mine' : 'said'}>
      <p className="said-by">
        <b>{by.name}</b>
        {isTeachers && <span className="badge">{words.teaches}</span>}
        <LocalMinute iso={at} />
      </p>
      <p className="said-text">{text}</p>
      {act && (
        <details className="moderate">
          <summary aria-label={words.about(by.name)}>⋯</summary>
          <div className="row">
            <button className="chip" onClick={() => act({ what: 'remove', message: id })}>{words.remove}</button>
            {!isMine && !isTeachers && ([[10, words.muteShort], [480, words.muteLong]] as const).map(([minutes, name]) => (
              <button key={name} className="chip" onClick={() => act({ what: 'mute', profile: by.id, minutes })}>{name}</button>
            ))}
          </div>
        </details>
      )}
    </li>
  )
}

/** What is written stays in the box until it was heard. */
function Composer({ talk: { refused, mutedUntil }, isThere, say }: { talk: Talk; isThere: boolean; say: Props['say'] }) {
  const [text, setText] = useState('')
  const [isSending, setIsSending] = useState(false)
  const told = refused ? (refused.seconds ? words.slow(refused.seconds) : refused.why) : mutedUntil ? words.muted : ''

  async function send() {
    const wanted = text.replace(/\r\n?/g, '\n').replace(NOT_PLAIN, ' ').trim()
    if (!wanted || !isThere || isSending) return
    setIsSending(true)
    if (await say(wanted)) setText('')
    setIsSending(false)
  }

  function onKeyDown(event: KeyboardEvent) {
    // While a word is being composed, Enter belongs to the keyboard.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    void send()
  }

  return (
    <form className="composer" onSubmit={(event) => { event.preventDefault(); void send() }}>
      <label htmlFor="say" className="visually-hidden">{words.write}</label>
      <textarea id="say" rows={2} maxLength={LONGEST} value={text} readOnly={isSending} placeholder={words.write} aria-describedby="say-told" onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} />
      <button className="button" aria-disabled={!isThere || isSending}>{isSending ? words.sending : words.send}</button>
      <p id="say-told" role="status" className={told ? 'told wrong' : 'told'}>{told || words.hint}</p>
    </form>
  )
}

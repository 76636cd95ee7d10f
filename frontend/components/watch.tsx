'use client'

import { startTransition, useRef, useState } from 'react'

import { Form, type FormAction } from '@/components/form'
import { Player } from '@/components/player'
import { player as words } from '@/content/en'
import { timecode } from '@/lib/told'

const KEEP_EVERY_S = 15

type Spot = { id: string; video_id: string; seconds: number; note?: string }
type Props = {
  session: string
  title: string
  videos: { video_id: string; seconds: number; watch_url: string }[]
  progress: Spot | null
  bookmarks: Spot[]
  keep: (video: string, seconds: number) => Promise<void>
  add: FormAction
  remove: FormAction
}

/** A recording with its bookmarks: it goes on where the viewer was, and keeps where they are. */
export function Watch({ session, title, videos: told, progress, bookmarks, keep, add, remove }: Props) {
  // The links change each time they are asked for; what plays goes on with its own.
  const [videos] = useState(told)
  const [shown, setShown] = useState(progress?.video_id ?? videos[0]!.video_id)
  const [at, setAt] = useState(progress?.seconds ?? 0)
  const [clock, setClock] = useState(at)
  const player = useRef<{ seek: (seconds: number) => void; now: () => number }>(null)
  const kept = useRef(at)
  const video = videos.find((each) => each.video_id === shown) ?? videos[0]!

  function onTime(seconds: number, isPause: boolean) {
    setClock(Math.floor(seconds))
    if (!isPause && Math.abs(seconds - kept.current) < KEEP_EVERY_S) return
    kept.current = seconds
    startTransition(() => keep(video.video_id, seconds))
  }

  function go(spot: { video_id: string; seconds: number }) {
    if (spot.video_id === video.video_id) return player.current?.seek(spot.seconds)
    setAt(spot.seconds)
    setShown(spot.video_id)
  }

  return (
    <div className="watch">
      <div className="stack">
        <Player key={video.video_id} ref={player} url={video.watch_url} title={title} startAt={at} onTime={onTime} />
        {videos.length > 1 && (
          <div className="row" role="group" aria-label={words.parts}>
            {videos.map((each, n) => (
              <button key={each.video_id} className="chip" aria-pressed={each === video} onClick={() => go({ video_id: each.video_id, seconds: 0 })}>
                {words.part(n + 1)} · {timecode(each.seconds)}
              </button>
            ))}
          </div>
        )}
      </div>
      <section id="bookmarks" className="panel stack" aria-labelledby="bookmarks-title">
        <h3 id="bookmarks-title">{words.bookmarks}</h3>
        {!bookmarks.length && <p className="soft small">{words.noBookmarks}</p>}
        <ol className="marks">
          {bookmarks.map((each) => (
            <li key={each.id}>
              <button className="chip" onClick={() => go(each)}>{timecode(each.seconds)}</button>
              <p className="small">{each.note}</p>
              <Form action={remove} hidden={{ session, bookmark: each.id }} submit={words.remove} quiet />
            </li>
          ))}
        </ol>
        <Form
          action={add}
          hidden={{ session, video: video.video_id }}
          submit={words.mark}
          quiet
          fields={[
            { name: 'at', label: words.moment, type: 'text', value: timecode(clock), hint: words.momentHint },
            { name: 'note', label: words.note, type: 'text', optional: true, maxLength: 500 },
          ]}
        />
      </section>
    </div>
  )
}

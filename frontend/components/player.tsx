'use client'

import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'

import { player as words } from '@/content/en'

const HLS = 'application/vnd.apple.mpegurl'
const AGAIN_MS = 5_000

type Props = {
  url: string
  title: string
  /** A broadcast may be silent yet, and is asked for again and again. */
  isLive?: boolean
  startAt?: number
  onTime?: (seconds: number, isPause: boolean) => void
  ref?: Ref<{ seek: (seconds: number) => void; now: () => number }>
}

/**
 * A video of Cloudflare's, as HLS: played by the browser where it knows how to, with or without
 * scripts, and else by hls.js, which is fetched then and not before. What is on air is played by
 * hls.js wherever that can be: Chromium gives up on a broadcast that has just begun.
 */
export function Player({ url, title, isLive = false, startAt = 0, onTime, ref }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  const [failed, setFailed] = useState(0)
  const [isSilent, setIsSilent] = useState(true)
  useImperativeHandle(ref, () => ({
    seek: (seconds) => {
      if (!video.current) return
      video.current.currentTime = seconds
      void video.current.play().catch(() => undefined)
    },
    now: () => video.current?.currentTime ?? 0,
  }))

  // A broadcast that fails is attached anew after a while; a recording is attached once.
  useEffect(() => {
    const begin = () => attach(video.current!, { url, startAt, isLive }, () => setFailed((n) => n + 1))
    if (!failed) return begin()
    if (!isLive) return undefined
    let end = () => undefined as void
    const again = setTimeout(() => { end = begin() }, AGAIN_MS)
    return () => { clearTimeout(again); end() }
  }, [failed, isLive, startAt, url])

  return (
    <div className="player">
      <video
        ref={video}
        src={url}
        controls
        playsInline
        preload="metadata"
        aria-label={title}
        onTimeUpdate={(event) => onTime?.(event.currentTarget.currentTime, false)}
        onLoadedData={() => setIsSilent(false)}
        onEmptied={() => setIsSilent(true)}
        onPause={(event) => onTime?.(event.currentTarget.currentTime, true)}
      />
      {failed > 0 && isSilent && <p role="status" className="player-word">{isLive ? words.silent : words.failed}</p>}
    </div>
  )
}

type Source = { url: string; startAt: number; isLive: boolean }

/** Let a video play what is at an address; what it gives ends that. */
function attach(video: HTMLVideoElement, { url, startAt, isLive }: Source, fail: () => void): () => void {
  let isOver = false
  let end = () => undefined as void
  const begin = () => { if (startAt && video.currentTime < startAt) video.currentTime = startAt }
  video.addEventListener('loadedmetadata', begin, { once: true })
  if (video.canPlayType(HLS) && !(isLive && 'MediaSource' in window)) {
    video.addEventListener('error', fail, { once: true })
    if (video.error || video.src !== url) video.src = url
    if (video.readyState > 0) begin()
  } else {
    void import('hls.js').then(({ default: Hls }) => {
      if (isOver || !Hls.isSupported()) return isOver ? undefined : fail()
      // A worker would be made out of a blob, which the policy lets nobody do.
      const hls = new Hls({ enableWorker: false, startPosition: startAt || -1 })
      hls.on(Hls.Events.ERROR, (_, told) => { if (told.fatal) { hls.destroy(); fail() } })
      hls.loadSource(url)
      hls.attachMedia(video)
      end = () => hls.destroy()
    }, fail)
  }
  return () => {
    isOver = true
    video.removeEventListener('loadedmetadata', begin)
    video.removeEventListener('error', fail)
    end()
  }
}

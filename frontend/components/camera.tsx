'use client'

import { useEffect, useRef, useState } from 'react'

type Said = { start: string; stop: string; hint: string; refused: string; picture: string }

/** What some browsers know by themselves: how to read a code in a picture (W3C, Shape Detection). */
type Detector = { detect: (picture: HTMLVideoElement) => Promise<{ rawValue: string }[]> }
type DetectorClass = { new (options: { formats: string[] }): Detector; getSupportedFormats: () => Promise<string[]> }

declare global {
  interface Window { BarcodeDetector?: DetectorClass }
}

const EVERY_MS = 300

/**
 * Reads tickets for the form that it stands in, where the browser can; elsewhere there is nothing,
 * and the code is typed.
 */
export function Camera({ said }: { said: Said }) {
  const video = useRef<HTMLVideoElement>(null)
  const [can, setCan] = useState(false)
  const [isOn, setOn] = useState(false)
  const [isRefused, setRefused] = useState(false)

  useEffect(() => {
    if (!window.BarcodeDetector || !navigator.mediaDevices) return
    void window.BarcodeDetector.getSupportedFormats().then((formats) => setCan(formats.includes('qr_code')))
  }, [])

  useEffect(() => {
    const picture = video.current
    if (!isOn || !picture) return
    return watched(picture, handIn, () => { setOn(false); setRefused(true) })
  }, [isOn])

  /** Send a code by the form, as if it had been typed. */
  function handIn(code: string) {
    const form = video.current?.closest('form')
    const typed = form?.elements.namedItem('code')
    if (!form || !(typed instanceof HTMLInputElement)) return
    typed.value = code
    form.requestSubmit()
  }

  if (!can) return null
  return (
    <div className="camera">
      {isRefused && <p role="alert" className="notice wrong">{said.refused}</p>}
      <video ref={video} hidden={!isOn} muted playsInline aria-label={said.picture} />
      {isOn && <p className="hint">{said.hint}</p>}
      <button type="button" className="button quiet" onClick={() => { setRefused(false); setOn(!isOn) }}>{isOn ? said.stop : said.start}</button>
    </div>
  )
}

/** Look at what the camera sees until the returned function is called; each code is told once. */
function watched(picture: HTMLVideoElement, tell: (code: string) => void, refuse: () => void): () => void {
  const detector = new window.BarcodeDetector!({ formats: ['qr_code'] })
  let stream: MediaStream | null = null
  let isOver = false
  let last = ''
  const look = setInterval(() => {
    if (!stream || picture.readyState < picture.HAVE_CURRENT_DATA) return
    detector.detect(picture).then(([found]) => {
      if (!found || found.rawValue === last) return
      last = found.rawValue
      tell(last)
    }, () => undefined)
  }, EVERY_MS)
  navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then((opened) => {
    stream = opened
    if (isOver) return stop(opened)
    picture.srcObject = opened
    void picture.play()
  }, refuse)
  return () => {
    isOver = true
    clearInterval(look)
    if (stream) stop(stream)
  }
}

function stop(stream: MediaStream) {
  for (const track of stream.getTracks()) track.stop()
}

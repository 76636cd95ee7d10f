'use client'

import { useSyncExternalStore } from 'react'

function follow(changed: () => void): () => void {
  window.addEventListener('online', changed)
  window.addEventListener('offline', changed)
  return () => {
    window.removeEventListener('online', changed)
    window.removeEventListener('offline', changed)
  }
}

/** Says so while the browser has no network. */
export function Offline({ text }: { text: string }) {
  const online = useSyncExternalStore(follow, () => navigator.onLine, () => true)
  return <div role="status">{!online && <p className="offline">{text}</p>}</div>
}

'use client'

import { Empty } from '@/components/empty'
import { trouble } from '@/content/en'

export default function Broken({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="wide section" role="alert">
      <h1 className="visually-hidden">{trouble.unexpected}</h1>
      <Empty title={trouble.unexpected} lead={trouble.unexpectedLead}>
        <button className="button" onClick={reset}>{trouble.again}</button>
        {error.digest && <p className="meta">{trouble.reference}: <code>{error.digest}</code></p>}
      </Empty>
    </div>
  )
}

import Link from 'next/link'

import { words } from '@/content/en'

export const metadata = { title: words.privacy.closed }

export default function Closed() {
  return (
    <div className="stack">
      <h1>{words.privacy.closed}</h1>
      <p className="lead">{words.privacy.closedLead}</p>
      <p><Link href="/" className="button quiet">{words.trouble.home}</Link></p>
    </div>
  )
}

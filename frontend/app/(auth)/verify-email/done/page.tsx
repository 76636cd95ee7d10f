import Link from 'next/link'

import { words } from '@/content/en'

export const metadata = { title: words.account.verified }

export default function Done() {
  return (
    <div className="stack">
      <h1>{words.account.verified}</h1>
      <p className="lead">{words.account.verifiedLead}</p>
      <p><Link href="/login" className="button">{words.nav.logIn}</Link></p>
    </div>
  )
}

import Link from 'next/link'

import { words } from '@/content/en'

export const metadata = { title: words.account.resetDone }

export default function Done() {
  return (
    <div className="stack">
      <h1>{words.account.resetDone}</h1>
      <p className="lead">{words.account.resetDoneLead}</p>
      <p><Link href="/login" className="button">{words.nav.logIn}</Link></p>
    </div>
  )
}

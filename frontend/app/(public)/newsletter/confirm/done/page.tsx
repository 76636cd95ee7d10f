import Link from 'next/link'

import { words } from '@/content/en'

export const metadata = { title: words.newsletter.confirmed }

export default function Done() {
  return (
    <div className="stack">
      <h1>{words.newsletter.confirmed}</h1>
      <p className="lead">{words.newsletter.confirmedLead}</p>
      <p><Link href="/blog" className="button">{words.home.allPosts}</Link></p>
    </div>
  )
}

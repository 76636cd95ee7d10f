import Link from 'next/link'

import { Empty } from '@/components/empty'
import { words } from '@/content/en'

export const metadata = { title: words.trouble.notFound }

export default function NotFound() {
  return (
    <div className="wide section">
      <h1 className="visually-hidden">{words.trouble.notFound}</h1>
      <Empty title={words.trouble.notFound} lead={words.trouble.notFoundLead}>
        <div className="row">
          <Link href="/search" className="button">{words.nav.search}</Link>
          <Link href="/" className="button quiet">{words.trouble.home}</Link>
        </div>
      </Empty>
    </div>
  )
}

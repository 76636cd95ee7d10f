import Link from 'next/link'

import { Empty } from '@/components/empty'
import { words } from '@/content/en'
import type { Problem } from '@/lib/api'

/** What the API said went wrong, in its words, with what to quote when asking about it. */
export function Trouble({ problem, again }: { problem: Problem; again: string }) {
  return (
    <div role="alert">
      <Empty title={words.trouble.title} lead={problem.detail}>
        <Link href={again} className="button quiet">{words.trouble.again}</Link>
        {problem.request_id && <p className="meta">{words.trouble.reference}: <code>{problem.request_id}</code></p>}
      </Empty>
    </div>
  )
}

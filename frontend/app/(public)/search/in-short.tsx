import type { ReactNode } from 'react'

import { words } from '@/content/en'
import type { Answer } from '@/lib/api/search'
import { html } from '@/lib/markdown'

const { search: said } = words

/** What a language model wrote, each citation a way to its source below. */
export function InShort({ answer, children }: { answer: Answer; children: ReactNode }) {
  return (
    <section className="panel stack short" aria-labelledby="short">
      <h2 id="short">{said.answer}</h2>
      <div className="prose" dangerouslySetInnerHTML={{ __html: cited(html(answer.text), answer.sources.length) }} />
      <p className="soft small">{said.written}</p>
      {children}
    </section>
  )
}

/** The text with `[2]` as a link to the second source; what is no source stays as it is. */
function cited(text: string, sources: number): string {
  return text.replace(/\[(\d{1,2})\]/g, (mark, n: string) => (Number(n) >= 1 && Number(n) <= sources ? `<a href="#source-${n}" class="cite" aria-label="${said.source(n)}">${n}</a>` : mark))
}

import { headers } from 'next/headers'

/** What a page is about, for machines (JSON-LD). */
export async function Data({ of }: { of: object }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined
  // A `<` in somebody's text must not end the element.
  const json = JSON.stringify(of).replace(/</g, '\\u003c')
  return <script type="application/ld+json" nonce={nonce} dangerouslySetInnerHTML={{ __html: json }} />
}

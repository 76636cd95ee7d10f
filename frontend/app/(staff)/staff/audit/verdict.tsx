import { words } from '@/content/en'
import type { Chain } from '@/lib/api/audit'

const { audit: said } = words.staff

/** Whether the log is whole, which its own digests say. */
export function Verdict({ chain }: { chain: Chain }) {
  return (
    <section className={chain.is_whole ? 'notice fine' : 'notice wrong'} aria-labelledby="verdict">
      <h2 id="verdict" className="plain">{chain.is_whole ? said.whole(chain.entries) : said.broken(chain.entries)}</h2>
      {chain.broken && <p>{chain.broken}</p>}
      {chain.head && <p className="small">{said.head} <span className="code">{chain.head}</span></p>}
    </section>
  )
}

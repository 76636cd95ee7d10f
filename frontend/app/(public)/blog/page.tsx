import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Posts } from '@/components/listed'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { listPosts } from '@/lib/api'
import { path } from '@/lib/session'

export const metadata = { title: words.blog.title, description: words.blog.lead }

type Props = { searchParams: Promise<{ category?: string; after?: string }> }

function href(category: string | undefined, after?: string): string {
  const query = new URLSearchParams()
  if (category) query.set('category', category)
  if (after) query.set('after', after)
  return query.size ? `/blog?${query}` : '/blog'
}

export default async function Blog({ searchParams }: Props) {
  const { category, after } = await searchParams
  const { data, problem } = await listPosts({ category, after, limit: 12 })
  const names: [string | undefined, string][] = [[undefined, words.blog.all], ...Object.entries(words.blog.categories)]
  return (
    <>
      <Head title={words.blog.title} lead={words.blog.lead} />
      <div className="wide section-end">
        <nav className="filters" aria-label={words.blog.title}>
          <div>
            {names.map(([each, name]) => (
              <Link key={name} className="chip" href={href(each)} aria-current={each === category ? 'true' : undefined}>{name}</Link>
            ))}
          </div>
        </nav>
        {problem && <Trouble problem={problem} again={await path()} />}
        {data && (data.items.length ? <Posts posts={data.items} /> : <Empty title={words.blog.none} />)}
        <div className="row pages">
          {after && <Link href={href(category)} className="button quiet">{words.blog.first}</Link>}
          {data?.next && <Link href={href(category, data.next)} className="button quiet">{words.blog.more}</Link>}
        </div>
      </div>
    </>
  )
}

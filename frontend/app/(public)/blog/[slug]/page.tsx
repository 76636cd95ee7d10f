import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { cache } from 'react'

import { Cover } from '@/components/cover'
import { Data } from '@/components/data'
import { Posts } from '@/components/listed'
import { Trouble } from '@/components/trouble'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import { listPosts, type Post, showPost } from '@/lib/api'
import { html } from '@/lib/markdown'
import { day } from '@/lib/told'

type Props = { params: Promise<{ slug: string }> }

const found = cache(showPost)

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params
  const { data } = await found(slug)
  if (!data) return { title: words.trouble.notFound }
  return {
    title: data.title,
    description: data.excerpt,
    alternates: { canonical: `/blog/${slug}` },
    openGraph: { type: 'article', title: data.title, publishedTime: data.published_at, authors: [data.author] },
  }
}

export default async function Article({ params }: Props) {
  const { slug } = await params
  const { data: post, problem } = await found(slug)
  if (problem?.status === 404 || problem?.status === 422) notFound()
  if (!post) return <div className="wide section"><Trouble problem={problem} again={`/blog/${slug}`} /></div>
  const others = await listPosts({ category: post.category, limit: 4 })
  return (
    <>
      <article className="wide story">
        <div className="page-head">
          <p className="meta"><Link href="/blog">{words.blog.back}</Link> · {words.blog.categories[post.category] ?? post.category}</p>
          <h1>{post.title}</h1>
          <p className="lead">{post.excerpt}</p>
          <p className="meta">{words.blog.by} {post.author} · <time dateTime={post.published_at}>{day(post.published_at)}</time> · {post.reading_minutes} {words.blog.minutes}</p>
        </div>
        <Cover of={post.category} className="cover tall" />
        <div className="prose article" dangerouslySetInnerHTML={{ __html: html(post.content) }} />
        <Data of={described(post)} />
      </article>
      {others.data && (
        <section className="section sunken noprint">
          <div className="wide">
            <h2 className="spaced">{words.members.reading}</h2>
            <Posts posts={others.data.items.filter((each) => each.slug !== slug).slice(0, 3)} level="h3" />
          </div>
        </section>
      )}
    </>
  )
}

/** The article for search engines, by schema.org. */
function described(post: Post) {
  return {
    '@context': 'https://schema.org',
    '@type': 'Article',
    headline: post.title,
    description: post.excerpt,
    datePublished: post.published_at,
    author: { '@type': 'Person', name: post.author },
    publisher: { '@type': 'Organization', name: ASSOCIATION.name },
  }
}

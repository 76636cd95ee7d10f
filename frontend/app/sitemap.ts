import type { MetadataRoute } from 'next'

import { listEvents, listPosts } from '@/lib/api'
import { env } from '@/lib/env'

export const dynamic = 'force-dynamic'

const PAGES = ['/', '/about', '/programs', '/membership', '/events', '/blog', '/contact', '/privacy', '/terms']

export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const [events, posts] = await Promise.all([listEvents({ limit: 100 }), listPosts({ limit: 100 })])
  const paths = [
    ...PAGES,
    ...(events.data?.items ?? []).map(({ id }) => `/events/${id}`),
    ...(posts.data?.items ?? []).map(({ slug }) => `/blog/${slug}`),
  ]
  return paths.map((path) => ({ url: new URL(path, env().siteUrl).href }))
}

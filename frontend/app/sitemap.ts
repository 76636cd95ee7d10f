import type { MetadataRoute } from 'next'

import { listEvents, listPosts } from '@/lib/api'
import * as training from '@/lib/api/training'
import { env } from '@/lib/env'

export const dynamic = 'force-dynamic'

const PAGES = ['/', '/about', '/programs', '/membership', '/events', '/training', '/blog', '/newsletter', '/resources', '/people', '/contact', '/privacy', '/terms']

export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const [events, posts, sessions] = await Promise.all([listEvents({ limit: 100 }), listPosts({ limit: 100 }), training.list({ when: 'all', limit: 100 })])
  const paths = [
    ...PAGES,
    ...(events.data?.items ?? []).map(({ id }) => `/events/${id}`),
    ...(posts.data?.items ?? []).map(({ slug }) => `/blog/${slug}`),
    ...(sessions.data?.items ?? []).map(({ id }) => `/training/${id}`),
  ]
  return paths.map((path) => ({ url: new URL(path, env().siteUrl).href }))
}

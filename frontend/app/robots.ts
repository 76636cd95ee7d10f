import type { MetadataRoute } from 'next'

import { env, isProduction } from '@/lib/env'

export const dynamic = 'force-dynamic'

/** Only where members really are may anybody index it. */
export default function robots(): MetadataRoute.Robots {
  if (!isProduction()) return { rules: { userAgent: '*', disallow: '/' } }
  return {
    rules: { userAgent: '*', allow: '/', disallow: ['/dashboard', '/profile', '/session/'] },
    sitemap: new URL('/sitemap.xml', env().siteUrl).href,
  }
}

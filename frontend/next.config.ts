import type { NextConfig } from 'next'
import type { RouteHas } from 'next/dist/lib/load-custom-routes'

/** Every answer carries these; the content security policy has a nonce and comes from `proxy.ts`. */
const HEADERS = {
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Permitted-Cross-Domain-Policies': 'none',
}

/** Tickets are read at the door by a camera, on that page alone. */
const AT_THE_DOOR = HEADERS['Permissions-Policy'].replace('camera=()', 'camera=(self)')

/** A browser that reads Brotli: it gets what `compress.mjs` made of scripts and styles, a seventh smaller than by gzip. */
const BROTLI: RouteHas[] = [
  { type: 'header', key: 'accept-encoding', value: '(?:.*[, ])?br(?! *; *q=0(?:[.]0*)?(?:[, ].*)?$)(?:[,; ].*)?' },
]
const COMPRESSED = [['js', 'text/javascript'], ['css', 'text/css']] as const
const isBuilt = process.env.NODE_ENV === 'production'

const config: NextConfig = {
  output: 'standalone',
  poweredByHeader: false,
  reactStrictMode: true,
  // A file of an application may have 5 MiB, and its form a little more.
  experimental: { serverActions: { bodySizeLimit: '6mb' } },
  // Without these Next looks for the root in the folders above, which are not the website's.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
  // One content is one build: the name of it comes from whoever builds, not from chance.
  generateBuildId: () => process.env.BUILD_ID ?? null,
  rewrites: async () => ({
    beforeFiles: COMPRESSED.filter(() => isBuilt).map(([kind]) => (
      { source: `/_next/static/:file(.+[.]${kind})`, has: BROTLI, destination: '/_next/static/:file.br' }
    )),
  }),
  headers: async () => [
    {
      source: '/:path*',
      headers: Object.entries(HEADERS).map(([key, value]) => ({ key, value })),
    },
    ...COMPRESSED.filter(() => isBuilt).map(([kind, type]) => ({
      source: `/_next/static/:file(.+[.]${kind})`,
      has: BROTLI,
      headers: [
        { key: 'Content-Encoding', value: 'br' },
        { key: 'Content-Type', value: `${type}; charset=utf-8` },
      ],
    })),
    { source: '/_next/static/:path*', headers: [{ key: 'Vary', value: 'Accept-Encoding' }] },
    { source: '/staff/events/:id/check-in', headers: [{ key: 'Permissions-Policy', value: AT_THE_DOOR }] },
  ],
}

export default config

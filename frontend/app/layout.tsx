import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'

import { Footer, type Theme } from '@/components/footer'
import { Going } from '@/components/going'
import { Header } from '@/components/header'
import { Offline } from '@/components/offline'
import { Ribbon } from '@/components/ribbon'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import { themeCookie } from '@/lib/cookies'
import { env, isProduction } from '@/lib/env'
import { caller, path } from '@/lib/session'

import '@/styles/index.css'

const newsreader = localFont({
  src: [
    { path: '../node_modules/@fontsource-variable/newsreader/files/newsreader-latin-wght-normal.woff2', style: 'normal' },
    { path: '../node_modules/@fontsource-variable/newsreader/files/newsreader-latin-wght-italic.woff2', style: 'italic' },
  ],
  weight: '200 800',
  variable: '--newsreader',
  preload: false,
})
const publicSans = localFont({
  src: '../node_modules/@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2',
  weight: '100 900',
  variable: '--public-sans',
})

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbf8f2' },
    { media: '(prefers-color-scheme: dark)', color: '#0e1420' },
  ],
}

export async function generateMetadata(): Promise<Metadata> {
  return {
    metadataBase: env().siteUrl,
    title: { default: ASSOCIATION.name, template: `%s · ${ASSOCIATION.short}` },
    description: words.home.lead,
    openGraph: { siteName: ASSOCIATION.name, type: 'website', locale: 'en_US' },
    robots: isProduction() ? undefined : { index: false, follow: false },
  }
}

export default async function Layout({ children }: { children: ReactNode }) {
  const theme = ((await cookies()).get(themeCookie())?.value ?? 'system') as Theme
  const [{ person }, here] = await Promise.all([caller(), path()])
  return (
    <html lang="en" data-theme={theme} className={`${newsreader.variable} ${publicSans.variable}`}>
      <body>
        <a href="#content" className="skip">{words.nav.skip}</a>
        <Ribbon path={here} />
        <Header person={person} path={here} />
        <main id="content" tabIndex={-1}>{children}</main>
        <Footer theme={theme} path={here} />
        <Going />
        <Offline text={words.trouble.offline} />
      </body>
    </html>
  )
}

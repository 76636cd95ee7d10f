import { Sections } from '@/components/sections'
import { words } from '@/content/en'
import { TERMS } from '@/content/legal'

export const metadata = { title: words.nav.terms }

export default function Terms() {
  return <Sections title={words.nav.terms} sections={TERMS} />
}

import { Sections } from '@/components/sections'
import { words } from '@/content/en'
import { PRIVACY } from '@/content/legal'

export const metadata = { title: words.nav.privacy }

export default function Privacy() {
  return <Sections title={words.nav.privacy} sections={PRIVACY} />
}

import { Head } from '@/components/head'
import { words } from '@/content/en'
import { health, readings } from '@/lib/api'
import { env } from '@/lib/env'

export const metadata = { title: words.status.title, description: words.status.lead }

export default async function Status() {
  const { environment, release, publicApiUrl } = env()
  const [api, checks] = await Promise.all([health(), readings()])
  const parts = Object.entries(checks ?? {}).filter(([, { status }]) => status !== 'not_configured')
  const isFine = !api.problem && checks !== null && parts.every(([, { status }]) => status === 'up')
  return (
    <>
      <Head title={words.status.title} lead={words.status.lead} />
      <div className="wide section-end split">
        <div className="stack">
          <p role="status" className={`notice ${isFine ? 'fine' : 'wrong'}`}>{isFine ? words.status.fine : words.status.wrong}</p>
          <ul className="lights">
            <Light name={words.status.website} up />
            <Light name={words.status.api} up={!api.problem} />
            {parts.map(([name, { status, latency_ms }]) => <Light key={name} name={name} up={status === 'up'} ms={latency_ms} />)}
          </ul>
        </div>
        <dl className="panel facts">
          <div><dt>{words.status.environment}</dt><dd>{environment}</dd></div>
          <div><dt>{words.status.release}</dt><dd><code>{release}</code></dd></div>
          <div><dt>{words.status.api}</dt><dd><a href={new URL('/openapi.json', publicApiUrl).href}>{words.status.described}</a></dd></div>
        </dl>
      </div>
    </>
  )
}

function Light({ name, up, ms }: { name: string; up: boolean; ms?: number | null }) {
  return (
    <li>
      <span className={`light ${up ? 'up' : 'down'}`}>{name.replaceAll('_', ' ')}</span>
      <span className="soft">{up ? words.status.up : words.status.down}{typeof ms === 'number' ? `, ${ms.toFixed(0)} ms` : ''}</span>
    </li>
  )
}

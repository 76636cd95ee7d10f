import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'

export const metadata = { title: words.account.reset }

export default function Reset() {
  return (
    <div className="stack">
      <h1>{words.account.reset}</h1>
      <p className="lead">{words.account.resetLead}</p>
      <p><a href={`mailto:${ASSOCIATION.mail.info}`} className="button">{words.account.resetGo}</a></p>
    </div>
  )
}

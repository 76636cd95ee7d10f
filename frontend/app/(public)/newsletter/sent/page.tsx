import { words } from '@/content/en'

export const metadata = { title: words.newsletter.sent }

export default function Sent() {
  return (
    <>
      <h1>{words.newsletter.sent}</h1>
      <p className="lead">{words.newsletter.sentLead}</p>
    </>
  )
}

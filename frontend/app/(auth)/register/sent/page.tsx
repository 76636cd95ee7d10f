import { words } from '@/content/en'

export const metadata = { title: words.account.sent }

export default function Sent() {
  return (
    <>
      <h1>{words.account.sent}</h1>
      <p className="lead">{words.account.sentLead}</p>
    </>
  )
}

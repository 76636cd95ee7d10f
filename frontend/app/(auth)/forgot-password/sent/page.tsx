import { words } from '@/content/en'

export const metadata = { title: words.account.forgotSent }

export default function Sent() {
  return (
    <>
      <h1>{words.account.forgotSent}</h1>
      <p className="lead">{words.account.forgotSentLead}</p>
    </>
  )
}

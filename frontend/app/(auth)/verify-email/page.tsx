import { verifyEmail } from '@/app/actions'
import { Form } from '@/components/form'
import { words } from '@/content/en'

// The address holds the token, which no other site may hear. Without any referrer the browser would
// send forms as from nowhere, and they would be refused.
export const metadata = { title: words.account.verify, referrer: 'same-origin' as const }

type Props = { searchParams: Promise<{ token?: string }> }

/** A click confirms, not the link: mail scanners follow links, and would use the token up. */
export default async function Verify({ searchParams }: Props) {
  const { token = '' } = await searchParams
  const { account } = words
  return (
    <>
      <h1>{token ? account.verify : account.noToken}</h1>
      <p className="lead">{token ? account.verifyLead : account.noTokenLead}</p>
      {token && <Form action={verifyEmail} fields={[]} submit={account.verifyGo} working={account.working} hidden={{ token }} />}
    </>
  )
}

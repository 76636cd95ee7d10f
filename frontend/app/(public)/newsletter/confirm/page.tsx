import { confirm } from '../actions'

import { Form } from '@/components/form'
import { words } from '@/content/en'

// See the page of another mail's link, `verify-email`.
export const metadata = { title: words.newsletter.confirm, referrer: 'same-origin' as const }

type Props = { searchParams: Promise<{ token?: string }> }

/** A click confirms, not the link: mail scanners follow links, and agree to nothing. */
export default async function Confirm({ searchParams }: Props) {
  const { token = '' } = await searchParams
  const { newsletter, account } = words
  return (
    <>
      <h1>{token ? newsletter.confirm : account.noToken}</h1>
      <p className="lead">{token ? newsletter.confirmLead : account.noTokenLead}</p>
      {token && <Form action={confirm} submit={newsletter.confirmGo} hidden={{ token }} />}
    </>
  )
}

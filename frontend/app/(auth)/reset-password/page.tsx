import { resetPassword } from '@/app/actions'
import { Form } from '@/components/form'
import { words } from '@/content/en'

// See the page of the other mail's link, `verify-email`.
export const metadata = { title: words.account.reset, referrer: 'same-origin' as const }

type Props = { searchParams: Promise<{ token?: string }> }

export default async function Reset({ searchParams }: Props) {
  const { token = '' } = await searchParams
  const { account } = words
  return (
    <>
      <h1>{token ? account.reset : account.noToken}</h1>
      <p className="lead">{token ? account.resetLead : account.noTokenLead}</p>
      {token && (
        <Form
          action={resetPassword}
          fields={[{ name: 'password', label: account.password, type: 'password', autoComplete: 'new-password', minLength: 10, hint: account.passwordHint }]}
          submit={account.resetGo}
          working={account.working}
          hidden={{ token }}
        />
      )}
    </>
  )
}

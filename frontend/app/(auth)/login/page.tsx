import Link from 'next/link'

import { logIn } from '@/app/actions'
import { Form } from '@/components/form'
import { words } from '@/content/en'

export const metadata = { title: words.nav.logIn }

type Props = { searchParams: Promise<{ next?: string }> }

export default async function Login({ searchParams }: Props) {
  const { next = '' } = await searchParams
  const { account } = words
  return (
    <>
      <h1>{account.logIn}</h1>
      <p className="soft">{account.logInLead}</p>
      <Form
        action={logIn}
        fields={[
          { name: 'email', label: account.email, type: 'email', autoComplete: 'username' },
          { name: 'password', label: account.password, type: 'password', autoComplete: 'current-password' },
        ]}
        submit={account.logInGo}
        working={account.working}
        hidden={{ next }}
      />
      <p className="small"><Link href="/forgot-password">{account.forgot}</Link></p>
      <p className="small">{account.noAccount} <Link href="/register">{account.register}</Link></p>
    </>
  )
}

import { forgotPassword } from '@/app/actions'
import { Form } from '@/components/form'
import { words } from '@/content/en'

export const metadata = { title: words.account.forgot }

export default function Forgot() {
  const { account } = words
  return (
    <>
      <h1>{account.forgot}</h1>
      <p className="soft">{account.forgotLead}</p>
      <Form
        action={forgotPassword}
        fields={[{ name: 'email', label: account.email, type: 'email', autoComplete: 'username' }]}
        submit={account.forgotGo}
        working={account.working}
      />
    </>
  )
}

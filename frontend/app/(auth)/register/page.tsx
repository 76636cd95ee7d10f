import Link from 'next/link'

import { register } from '@/app/actions'
import { Form } from '@/components/form'
import { words } from '@/content/en'

export const metadata = { title: words.account.register }

export default function Register() {
  const { account } = words
  return (
    <>
      <h1>{account.register}</h1>
      <p className="soft">{account.registerLead}</p>
      <Form
        action={register}
        fields={[
          { name: 'full_name', label: account.name, type: 'text', autoComplete: 'name' },
          { name: 'email', label: account.email, type: 'email', autoComplete: 'email' },
          { name: 'password', label: account.password, type: 'password', autoComplete: 'new-password', minLength: 10, hint: account.passwordHint },
          { name: 'terms', label: account.terms, type: 'checkbox' },
          { name: 'newsletter', label: words.newsletter.too, type: 'checkbox', optional: true },
        ]}
        submit={account.registerGo}
        working={account.working}
      />
      <p className="small"><Link href="/terms">{words.nav.terms}</Link> · <Link href="/privacy">{words.nav.privacy}</Link></p>
      <p className="small">{account.hasAccount} <Link href="/login">{words.nav.logIn}</Link></p>
    </>
  )
}

import Link from 'next/link'

import { ask } from './actions'

import { Choices } from '@/components/choices'
import { Field } from '@/components/field'
import { Form } from '@/components/form'
import { words } from '@/content/en'

export const metadata = { title: words.newsletter.title, description: words.newsletter.lead }

const ALL = words.newsletter.interests.map(([id]) => id)

export default function Newsletter() {
  const { newsletter, account } = words
  return (
    <>
      <h1>{newsletter.title}</h1>
      <p className="soft">{newsletter.lead}</p>
      <Form
        action={ask}
        fields={[{ name: 'email', label: account.email, type: 'email', autoComplete: 'email' }]}
        submit={newsletter.ask}
      >
        <Choices title={newsletter.about} name="interests" chosen={ALL} options={newsletter.interests} />
        <Field name="consent" label={newsletter.consent} type="checkbox" />
      </Form>
      <p className="small soft">{newsletter.small} <Link href="/privacy">{words.nav.privacy}</Link></p>
    </>
  )
}

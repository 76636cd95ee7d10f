import Link from 'next/link'

import { leave, prefer } from '../actions'

import { Choices } from '@/components/choices'
import { Form } from '@/components/form'
import { words } from '@/content/en'
import * as newsletter from '@/lib/api/newsletter'

// See the page of another mail's link, `verify-email`.
export const metadata = { title: words.newsletter.preferences, referrer: 'same-origin' as const }

type Props = { searchParams: Promise<{ token?: string; then?: string }> }

const { newsletter: said, account } = words

export default async function Preferences({ searchParams }: Props) {
  const { token = '', then } = await searchParams
  const answer = token ? await newsletter.show(token) : null
  if (!answer?.data) {
    return (
      <div className="stack">
        <h1>{account.noToken}</h1>
        <p className="lead" role={answer ? 'alert' : undefined}>{answer?.problem.detail ?? account.noTokenLead}</p>
        <p><Link href="/newsletter" className="button quiet">{said.title}</Link></p>
      </div>
    )
  }
  const standing = answer.data
  return (
    <>
      <h1>{said.preferences}</h1>
      <p className="soft">{said.of} <b>{standing.email}</b></p>
      {standing.status === 'subscribed' ? <Subscribed standing={standing} token={token} wasKept={then === 'kept'} /> : <Not standing={standing} />}
    </>
  )
}

function Subscribed({ standing, token, wasKept }: { standing: newsletter.Standing; token: string; wasKept: boolean }) {
  return (
    <>
      {wasKept && <p role="status" className="notice fine pages">{said.kept}</p>}
      <Form action={prefer} submit={said.keep} hidden={{ token }}>
        <Choices title={said.about} name="interests" chosen={standing.interests} options={said.interests} />
      </Form>
      <hr className="thin" />
      <h2 className="pages">{said.leave}</h2>
      <p className="soft small">{said.leaveLead}</p>
      <Form action={leave} submit={said.leaveGo} hidden={{ token }} quiet />
    </>
  )
}

/** Whoever gets no letters: they left, have not confirmed yet, or their address takes none. */
function Not({ standing }: { standing: newsletter.Standing }) {
  const told = said.states[standing.status]
  return (
    <div className="stack pages">
      <p role="status" className="notice">{told}</p>
      {standing.status === 'unsubscribed' && <p><Link href="/newsletter" className="button quiet">{said.again}</Link></p>}
    </div>
  )
}

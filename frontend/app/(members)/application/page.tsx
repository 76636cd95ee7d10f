import { begin } from './actions'
import { Drafting } from './drafting'
import { Standing } from './standing'

import { Form } from '@/components/form'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as applications from '@/lib/api/applications'
import { member, token } from '@/lib/session'

export const metadata = { title: words.apply.title }

const OVER: applications.Status[] = ['withdrawn', 'rejected']

export default async function ApplicationPage() {
  const { person, problem } = await member()
  const access = (await token()) ?? ''
  const mine = await applications.mine(access)
  const failed = problem ?? mine.problem
  if (failed || !person) return <div className="wide section">{failed && <Trouble problem={failed} again="/application" />}</div>
  const [latest] = mine.data ?? []
  const isOver = !latest || OVER.includes(latest.status)
  return (
    <>
      <Head title={latest?.status === 'draft' || !latest ? words.apply.title : words.apply.standing} lead={latest?.status === 'draft' || !latest ? words.apply.lead : undefined} />
      <div className="wide section-end stack">
        {latest?.status === 'draft' && <Drafting application={latest} token={access} />}
        {latest && latest.status !== 'draft' && <Standing application={latest} />}
        {isOver && (person.role === 'visitor'
          ? <Form action={begin} submit={latest ? words.apply.again : words.apply.begin} quiet={Boolean(latest)} />
          : <p className="notice">{words.apply.member}</p>)}
      </div>
    </>
  )
}

import Link from 'next/link'

import { exportAll, forget } from './actions'

import { Folded, Form } from '@/components/form'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as privacy from '@/lib/api/privacy'
import { member, token } from '@/lib/session'
import { day } from '@/lib/told'

const { privacy: said } = words

export const metadata = { title: said.title }

type Consents = NonNullable<Awaited<ReturnType<typeof privacy.consents>>['data']>
type Kept = NonNullable<Awaited<ReturnType<typeof privacy.kept>>['data']>

export default async function Privacy() {
  const { person, problem } = await member()
  if (!person) return <div className="wide section">{problem && <Trouble problem={problem} again="/profile/privacy" />}</div>
  const [consents, kept] = await Promise.all([privacy.consents((await token()) ?? ''), privacy.kept()])
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end split">
        <div className="stack">
          <section className="stack">
            <h2>{said.consents}</h2>
            {consents.data ? <Agreed consents={consents.data} /> : <Trouble problem={consents.problem} again="/profile/privacy" />}
          </section>
          <section className="stack">
            <h2>{said.kept}</h2>
            <p className="soft small">{said.keptLead}</p>
            {kept.data ? <What kept={kept.data} /> : <Trouble problem={kept.problem} again="/profile/privacy" />}
          </section>
        </div>
        <div className="stack">
          <section className="panel stack">
            <h2>{said.export}</h2>
            <p className="soft small">{said.exportLead}</p>
            <Form action={exportAll} submit={said.exportGo} />
          </section>
          <section className="panel stack">
            <h2>{said.deletion}</h2>
            <p className="soft small">{said.deletionLead}</p>
            <Folded
              summary={said.deletionGo}
              action={forget}
              hidden={{ key: crypto.randomUUID() }}
              fields={[
                { name: 'password', label: words.account.password, type: 'password', autoComplete: 'current-password' },
                { name: 'confirmation', label: said.word, type: 'text', autoComplete: 'off' },
              ]}
              submit={said.deletionGo}
            />
          </section>
        </div>
      </div>
    </>
  )
}

function Agreed({ consents }: { consents: Consents }) {
  const { newsletter: news, terms_accepted_at: at, terms_version: version } = consents
  return (
    <dl className="facts ruled">
      <div><dt><Link href="/terms">{said.terms}</Link></dt><dd>{at ? said.accepted(day(at), version) : said.notAccepted}</dd></div>
      <div>
        <dt>{said.newsletter}</dt>
        <dd>{letters(news)} {news?.status !== 'subscribed' && <Link href="/newsletter">{said.ask}</Link>}</dd>
      </div>
    </dl>
  )
}

function letters(news: Consents['newsletter']): string {
  if (!news) return said.noNewsletter
  if (news.status === 'subscribed' && news.since) return said.reads(day(news.since))
  if (news.status === 'unsubscribed' && news.until) return said.left(day(news.until))
  return news.status === 'bounced' || news.status === 'complained' ? said[news.status] : said.waits
}

/** What is kept and why, each reason once with what comes of it. */
function What({ kept }: { kept: Kept }) {
  const reasons = new Map(kept.map((each) => [each.what, each.afterwards]))
  return (
    <div className="prose">
      <table>
        <thead><tr><th scope="col">{said.what}</th><th scope="col">{said.afterwards}</th></tr></thead>
        <tbody>{[...reasons].map(([what, afterwards]) => <tr key={what}><td>{what}</td><td>{afterwards}</td></tr>)}</tbody>
      </table>
    </div>
  )
}

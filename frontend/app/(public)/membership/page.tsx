import Link from 'next/link'

import { changeTo, payFor } from './actions'
import { Mine } from './mine'

import { Form } from '@/components/form'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { TIERS } from '@/content/association'
import { words } from '@/content/en'
import type { Person } from '@/lib/api'
import * as membership from '@/lib/api/membership'
import { caller, token } from '@/lib/session'
import { dollars } from '@/lib/told'

export const metadata = { title: words.membership.title, description: words.membership.lead }

type Props = { searchParams: Promise<{ paid?: string }> }
type Of = { person: Person | null; held: membership.Membership | null }

export default async function MembershipPage({ searchParams }: Props) {
  const [{ paid }, { person }, access] = await Promise.all([searchParams, caller(), token()])
  const [prices, own] = await Promise.all([membership.tiers(), person && access ? membership.show(access) : null])
  const held = own?.data ?? null
  return (
    <>
      <Head title={words.membership.title} lead={words.membership.lead}>
        {paid === 'yes' && <p role="status" className="notice fine pages">{words.membership.paid}</p>}
        {paid === 'no' && <p role="status" className="notice pages">{words.membership.notPaid}</p>}
      </Head>
      {own?.problem && <div className="wide section-end"><Trouble problem={own.problem} again="/membership" /></div>}
      {held && <Mine held={held} token={access ?? ''} />}
      <section className="wide section-end stack">
        <h2 className={held ? 'spaced' : 'visually-hidden'}>{held ? words.membership.change : words.members.tier}</h2>
        {prices.problem && <p role="alert" className="notice wrong">{words.membership.noPrices} {prices.problem.detail}</p>}
        <ul className="tiers">
          {TIERS.map(({ tier, name, line, gives }) => {
            const cents = prices.data?.find((each) => each.tier === tier)?.cents
            return (
              <li key={tier} className={`tier ${tier === (held?.tier ?? 'standard') ? 'chosen' : ''}`}>
                <div>
                  <h3>{name}</h3>
                  <p className="soft">{line}</p>
                </div>
                {cents !== undefined && <p className="price">{dollars(cents)} <small>{words.membership.year}</small></p>}
                <ul className="ticks">{gives.map((each) => <li key={each}>{each}</li>)}</ul>
                <Choose tier={tier} person={person} held={held} />
              </li>
            )
          })}
        </ul>
      </section>
      <section className="section sunken">
        <div className="wide">
          <h2 className="spaced">{words.membership.how}</h2>
          <ol className="steps">
            {words.membership.steps.map(([title, text]) => <li key={title}><h3>{title}</h3><p className="soft">{text}</p></li>)}
          </ol>
        </div>
      </section>
    </>
  )
}

/** The next step to a tier, for whoever looks at it. */
function Choose({ tier, person, held }: Of & { tier: membership.Tier }) {
  const style = `button ${tier === 'standard' ? '' : 'quiet'}`
  const hidden = { tier, key: crypto.randomUUID() }
  const name = words.membership.tiers[tier]
  if (!person) return <Link href="/register" className={style}>{words.membership.choose}</Link>
  if (person.role === 'visitor') return <Link href="/application" className={style}>{words.membership.apply}</Link>
  if (held?.tier === tier) return <p className="notice fine">{words.membership.yours}</p>
  if (held) return <Form action={changeTo} hidden={hidden} submit={words.membership.changeTo(name)} quiet />
  return <Form action={payFor} hidden={hidden} submit={words.membership.pay(name)} quiet={tier !== 'standard'} />
}

import Link from 'next/link'

import { Head } from '@/components/head'
import { TIERS } from '@/content/association'
import { words } from '@/content/en'
import { dollars } from '@/lib/told'

export const metadata = { title: words.membership.title, description: words.membership.lead }

export default function Membership() {
  return (
    <>
      <Head title={words.membership.title} lead={words.membership.lead} />
      <section className="wide section-end">
        <h2 className="visually-hidden">{words.members.tier}</h2>
        <ul className="tiers">
          {TIERS.map(({ tier, name, dollars: price, line, gives }) => (
            <li key={tier} className={`tier ${tier === 'standard' ? 'chosen' : ''}`}>
              <div>
                <h3>{name}</h3>
                <p className="soft">{line}</p>
              </div>
              <p className="price">{dollars(price * 100)} <small>{words.membership.year}</small></p>
              <ul className="ticks">{gives.map((each) => <li key={each}>{each}</li>)}</ul>
              <Link href="/register" className={`button ${tier === 'standard' ? '' : 'quiet'}`}>{words.membership.choose}</Link>
            </li>
          ))}
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

import Link from 'next/link'
import { notFound } from 'next/navigation'

import { Trouble } from '@/components/trouble'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import * as membership from '@/lib/api/membership'
import { member, token } from '@/lib/session'
import { day, dollars } from '@/lib/told'

const { mine: said } = words.membership

export const metadata = { title: said.one }

type Props = { params: Promise<{ id: string }> }

/** An invoice on a sheet of paper; what holds before the law is Stripe's own. */
export default async function InvoicePage({ params }: Props) {
  const { id } = await params
  const { person, problem: unknown } = await member()
  const invoices = await membership.invoices((await token()) ?? '')
  const problem = unknown ?? invoices.problem
  if (problem || !person) return <div className="wide section">{problem && <Trouble problem={problem} again="/membership" />}</div>
  const invoice = invoices.data?.find((each) => each.id === id)
  if (!invoice) notFound()
  const { number, created, status, amount_due: due, amount_paid: paid, pdf } = invoice
  const facts: [string, string][] = [
    [said.billedTo, `${person.full_name}, ${person.email}`],
    [said.dated, day(created)],
    [said.for, said.forMembership],
    [said.due, dollars(due)],
    [said.paid, dollars(paid)],
  ]
  return (
    <div className="wide section">
      <article className="admission sheet">
        <div className="stack">
          <p className="meta">{ASSOCIATION.name}</p>
          <h1>{said.one} {number}</h1>
          <p><span className={`badge ${status === 'paid' ? 'active' : 'pending'}`}>{said.invoice[status ?? ''] ?? status}</span></p>
          <dl className="facts ruled">{facts.map(([name, fact]) => <div key={name}><dt>{name}</dt><dd>{fact}</dd></div>)}</dl>
        </div>
      </article>
      <p className="row pages noprint">
        <span className="soft">{said.copy}</span>
        {pdf && <a href={pdf}>{said.original}</a>}
        <Link href="/membership">{said.back}</Link>
      </p>
    </div>
  )
}

import Link from 'next/link'

import { endMembership, openPortal, resumeMembership } from './actions'

import { Folded, Form } from '@/components/form'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as membership from '@/lib/api/membership'
import { day, dollars } from '@/lib/told'

const { mine: said, tiers } = words.membership

/** A member's own membership, what may be done with it, and what was paid for it. */
export async function Mine({ held, token }: { held: membership.Membership; token: string }) {
  const invoices = await membership.invoices(token)
  return (
    <section className="wide section-end split" aria-labelledby="mine">
      <div className="stack">
        <h2 id="mine">{said.invoices}</h2>
        {invoices.problem && <Trouble problem={invoices.problem} again="/membership" />}
        {invoices.data && <Invoices invoices={invoices.data} />}
      </div>
      <div className="panel stack">
        <h2>{said.title}</h2>
        <p className="row"><b>{tiers[held.tier]}</b> <span className={`badge ${held.status}`}>{said.states[held.status]}</span></p>
        {held.past_due_since && <p className="notice wrong">{said.pastDue}</p>}
        <p className="soft">{held.ends_then ? said.ends : said.renews} {day(held.paid_until)}.</p>
        <Form action={openPortal} submit={said.portal} quiet={!held.past_due_since} />
        {held.ends_then
          ? <Form action={resumeMembership} hidden={{ key: crypto.randomUUID() }} submit={said.resume} />
          : (
            <Folded summary={said.end} lead={`${said.endLead} ${day(held.paid_until)}.`} action={endMembership} hidden={{ key: crypto.randomUUID() }} submit={said.endGo} quiet />
          )}
      </div>
    </section>
  )
}

function Invoices({ invoices }: { invoices: membership.Invoice[] }) {
  if (!invoices.length) return <p className="soft">{said.noInvoices}</p>
  return (
    <ul className="lights">
      {invoices.map(({ id, number, created, amount_due, amount_paid, status, page, pdf }) => (
        <li key={id}>
          <div><b className="small">{day(created)}</b><p className="meta">{number}</p></div>
          <p>{dollars(status === 'paid' ? amount_paid : amount_due)} <span className={`badge ${status === 'paid' ? 'active' : 'pending'}`}>{said.invoice[status ?? ''] ?? status}</span></p>
          <p className="row small">
            <Link href={`/membership/invoices/${id}`}>{said.print}<span className="visually-hidden"> {number}</span></Link>
            {page && <a href={page}>{said.page}<span className="visually-hidden"> {number}</span></a>}
            {pdf && <a href={pdf}>PDF<span className="visually-hidden"> {number}</span></a>}
          </p>
        </li>
      ))}
    </ul>
  )
}

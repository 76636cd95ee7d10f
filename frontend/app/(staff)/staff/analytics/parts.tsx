import { Chart } from '@/components/chart'
import { Numbers } from '@/components/numbers'
import { words } from '@/content/en'
import type { Problem } from '@/lib/api'
import * as figures from '@/lib/api/figures'
import { dollars } from '@/lib/told'

const { figures: said } = words.staff
const { tiers } = words.membership

type Asked = { months: number; token: string }

/** What can not be counted at the moment, and why; the other figures stand. */
function Missing({ title, problem }: { title: string; problem: Problem }) {
  return <figure className="chart"><h2>{title}</h2><p role="alert" className="notice wrong">{problem.detail}</p></figure>
}

export async function Members({ months, token }: Asked) {
  const { data, problem } = await figures.members(months, token)
  if (!data) return <Missing title={said.paying} problem={problem} />
  const names = data.months.map(({ month }) => month)
  const live = (data.subscriptions['active'] ?? 0) + (data.subscriptions['trialing'] ?? 0) + (data.subscriptions['past_due'] ?? 0)
  return (
    <>
      <Numbers of={[[said.accounts, data.accounts], [said.members, data.members], [said.memberships, live], [said.late, data.subscriptions['past_due'] ?? 0]]} />
      <Chart title={said.paying} lead={said.payingLead} months={names} series={(['basic', 'standard', 'premium'] as const).map((tier) => ({ name: tiers[tier], values: data.months.map(({ paying }) => paying[tier]) }))} />
      <Chart beside title={said.came} lead={said.cameLead} months={names} series={[{ name: said.registered, values: data.months.map((each) => each.registered) }, { name: said.began, values: data.months.map((each) => each.began) }, { name: said.ended, values: data.months.map((each) => each.ended) }]} />
    </>
  )
}

const OUTCOMES = ['approved', 'pending', 'under_review', 'rejected', 'withdrawn'] as const

export async function Received({ months, token }: Asked) {
  const { data, problem } = await figures.applications(months, token)
  if (!data) return <Missing title={said.received} problem={problem} />
  const series = OUTCOMES.map((outcome) => ({ name: words.apply.states[outcome], values: data.months.map(({ outcomes }) => outcomes[outcome] ?? 0) }))
  const share = data.approved_of_decided === null ? words.staff.none : `${Math.round(data.approved_of_decided * 100)} %`
  const wait = data.median_days === null ? words.staff.none : said.days(Math.round(data.median_days * 10) / 10)
  return <Chart title={said.received} lead={said.receivedLead(share, wait)} months={data.months.map(({ month }) => month)} series={series} />
}

export async function EventSeats({ months, token }: Asked) {
  const { data, problem } = await figures.events(months, token)
  if (!data) return <Missing title={said.seats} problem={problem} />
  const series = [
    { name: said.there, values: data.months.map((each) => each.checked_in) },
    { name: said.seated, values: data.months.map((each) => each.confirmed - each.checked_in) },
    { name: said.waiting, values: data.months.map((each) => each.waiting) },
  ]
  return <Chart title={said.seats} lead={said.seatsLead} months={data.months.map(({ month }) => month)} series={series} />
}

export async function Income({ months, token }: Asked) {
  const { data, problem } = await figures.revenue(months, token)
  if (!data) return <Missing title={said.income} problem={problem} />
  const inDollars = data.months.filter(({ currency }) => currency === 'usd')
  if (!inDollars.length) return <figure className="chart"><h2>{said.income}</h2><p className="soft">{said.noIncome}</p></figure>
  const series = [{ name: said.net, values: inDollars.map((each) => each.net_cents) }, { name: said.back, values: inDollars.map((each) => each.refunded_cents) }]
  return <Chart title={said.income} lead={said.incomeLead} months={inDollars.map(({ month }) => month)} series={series} told={dollars} />
}

export async function Readers({ months, token }: Asked) {
  const { data, problem } = await figures.newsletter(months, token)
  if (!data) return <Missing title={said.readers} problem={problem} />
  return <Chart title={said.readers} lead={said.readersLead} months={data.months.map(({ month }) => month)} series={[{ name: said.onList, values: data.months.map((each) => each.on_list) }]} />
}

import { EventSeats, Income, Members, Readers, Received } from './parts'

import { Chips } from '@/components/chips'
import { Head } from '@/components/head'
import { words } from '@/content/en'
import { link } from '@/lib/links'
import { token } from '@/lib/session'

const { figures } = words.staff
const HERE = '/staff/analytics'
const SPANS = [['6', figures.months(6)], [undefined, figures.months(12)], ['24', figures.months(24)]] as const

export const metadata = { title: figures.title }

type Props = { searchParams: Promise<{ months?: string }> }

export default async function Analytics({ searchParams }: Props) {
  const { months: said } = await searchParams
  const chosen = SPANS.find(([each]) => each === said)?.[0]
  const asked = { months: Number(chosen ?? 12), token: (await token()) ?? '' }
  return (
    <>
      <Head title={figures.title} lead={figures.lead} />
      <div className="wide section-end stack">
        <Chips title={figures.span} options={SPANS} chosen={chosen} href={(months) => link(HERE, { months })} />
        <div className="charts">
          <Members {...asked} />
          <Received {...asked} />
          <EventSeats {...asked} />
          <Income {...asked} />
          <Readers {...asked} />
        </div>
      </div>
    </>
  )
}

import Link from 'next/link'

import { Chart } from '@/components/chart'
import { Empty } from '@/components/empty'
import { Numbers } from '@/components/numbers'
import { StaffHead } from '@/components/staff-head'
import { Table } from '@/components/table'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { teaching as said } from '@/content/en-teaching'
import * as teaching from '@/lib/api/teaching'
import { token } from '@/lib/session'
import { shortDay } from '@/lib/told'

const { figures: told, attendance } = said
const HERE = '/staff/training/figures'
/** How many sessions a chart has room for; the table has all. */
const DRAWN = 12

export const metadata = { title: told.title }

/** Who comes to the sessions that somebody teaches, and who comes again. */
export default async function TrainingFigures() {
  const access = (await token()) ?? ''
  const [{ data, problem }, { data: sessions }] = await Promise.all([teaching.figures(access), teaching.list(access)])
  const known = new Map(sessions?.map((each) => [each.id, each]))
  const held = data?.sessions.filter(({ session_id: id, came, registered }) => known.get(id)?.status === 'ended' || came || registered) ?? []
  return (
    <div className="wide section-end">
      <StaffHead title={told.title} back={['/staff/training', words.staff.training.back]}><p className="lead">{told.lead}</p></StaffHead>
      {problem && <Trouble problem={problem} again={HERE} />}
      {data && !held.length && <Empty title={told.none} lead={told.noneLead} />}
      {data && held.length > 0 && (
        <div className="charts">
          <Numbers of={[[told.people, data.people], [told.returned, data.returned], [told.sessions, held.length]]} />
          <Came of={held} known={known} />
          <Stayed of={held} known={known} />
          <div className="wholly"><Each of={held} known={known} /></div>
        </div>
      )}
    </div>
  )
}

type Of = { of: teaching.SessionFigures[]; known: Map<string, teaching.Session> }

/** The latest of them as a chart has them, the oldest first, and how each is named there. */
function drawn({ of, known }: Of) {
  const shown = of.slice(0, DRAWN).reverse()
  const name = (id: string, length: 'short' | 'long') => {
    const session = known.get(id)
    return session ? (length === 'short' ? shortDay(session.starts_at).split(',')[0]! : `${session.title}, ${shortDay(session.starts_at)}`) : id
  }
  return { shown, ids: shown.map(({ session_id: id }) => id), name }
}

function Came(props: Of) {
  const { shown, ids, name } = drawn(props)
  const series = [
    { name: attendance.both, values: shown.map((each) => each.came_of_registered) },
    { name: told.others, values: shown.map((each) => each.came - each.came_of_registered) },
    { name: told.absent, values: shown.map((each) => each.registered - each.came_of_registered) },
  ]
  return <Chart title={told.came} lead={told.cameLead} months={ids} series={series} name={name} column={told.session} />
}

function Stayed(props: Of) {
  const { shown, ids, name } = drawn(props)
  const series = [{ name: told.average, values: shown.map((each) => (each.came ? Math.round(each.watched_minutes / each.came) : 0)) }]
  return <Chart title={told.stayed} lead={told.stayedLead} months={ids} series={series} name={name} column={told.session} />
}

function Each({ of, known }: Of) {
  const cells = (each: teaching.SessionFigures) => {
    const session = known.get(each.session_id)
    const title = <Link href={`/staff/training/${each.session_id}/attendance`}>{session?.title ?? each.session_id}</Link>
    return [title, session && <time key="day" dateTime={session.starts_at}>{shortDay(session.starts_at)}</time>, each.registered, each.came, each.most_at_once, each.watched_minutes]
  }
  return <Table caption={told.each} columns={told.columns} numeric={[2, 3, 4, 5]} lines={of.map((each) => ({ key: each.session_id, cells: cells(each) }))} />
}

import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { teaching as said } from '@/content/en-teaching'
import * as teaching from '@/lib/api/teaching'
import { token } from '@/lib/session'
import { moment } from '@/lib/told'

const { training } = words.staff
const HERE = '/staff/training'

export const metadata = { title: training.title }

export default async function StaffTraining() {
  const { data, problem } = await teaching.list((await token()) ?? '')
  return (
    <>
      <Head title={training.title} lead={training.lead}><p className="row pages"><Link href={`${HERE}/new`} className="button">{training.add}</Link> <Link href={`${HERE}/figures`} className="button quiet">{said.figures.see}</Link></p></Head>
      <div className="wide section-end">
        {problem && <Trouble problem={problem} again={HERE} />}
        {data && !data.length && <Empty title={training.empty} lead={training.emptyLead} />}
        {data && data.length > 0 && <ul className="dates">{data.map((each) => <Row key={each.id} session={each} />)}</ul>}
      </div>
    </>
  )
}

function Row({ session }: { session: teaching.Session }) {
  const { id, title, starts_at: at, duration_minutes: minutes, status, access_type: access, has_recording: isRecorded } = session
  const { day, month, year, time, zone } = moment(at, 'UTC')
  return (
    <li className="date-row">
      <time className="day" dateTime={at}><b>{day}</b>{month} {year}</time>
      <div>
        <h2><Link href={`${HERE}/${id}`}>{title}</Link></h2>
        <p className="meta">{time} {zone} · {training.minutes(minutes)} · {words.events.access[access]}</p>
      </div>
      <div className="aside">
        <span className={`badge ${status}`}>{training.states[status]}</span>
        {isRecorded && <p className="meta">{training.recorded}</p>}
      </div>
    </li>
  )
}

import { Empty } from '@/components/empty'
import { Numbers } from '@/components/numbers'
import { StaffHead } from '@/components/staff-head'
import { Table } from '@/components/table'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import { teaching as said } from '@/content/en-teaching'
import * as teaching from '@/lib/api/teaching'
import { token } from '@/lib/session'
import { moment } from '@/lib/told'

const { attendance } = said

export const metadata = { title: attendance.title }

type Props = { params: Promise<{ id: string }> }

/** Who registered for a session and who came, for those who care for it. */
export default async function SessionAttendance({ params }: Props) {
  const { id } = await params
  const access = (await token()) ?? ''
  const [{ data: session }, { data: figures, problem: uncounted }, { data: people, problem: unlisted }] = await Promise.all([
    teaching.show(id, access), teaching.figuresOf(id, access), teaching.attendees(id, access),
  ])
  const problem = uncounted ?? unlisted
  const here = `/staff/training/${id}`
  return (
    <div className="wide section-end">
      <StaffHead title={attendance.title} back={[here, session?.title ?? words.staff.training.back]} />
      {problem && <Trouble problem={problem} again={`${here}/attendance`} />}
      {figures && people && (
        <div className="stack">
          <Numbers of={[[attendance.registered, figures.registered], [attendance.came, figures.came], [attendance.both, figures.came_of_registered], [attendance.atOnce, figures.most_at_once], [attendance.watched, attendance.minutes(figures.watched_minutes)]]} />
          {!people.length && <Empty title={attendance.nobody} lead={attendance.nobodyLead} />}
          {people.length > 0 && <p><a href={`${here}/attendees.csv`} className="button quiet" download>{words.staff.csv}</a></p>}
          {people.length > 0 && <Table caption={`${attendance.of} ${session?.title ?? ''}`} columns={attendance.columns} numeric={[5]} lines={people.map(line)} />}
        </div>
      )}
    </div>
  )
}

function line({ name, email, registered_at: registered, joined_at: joined, left_at: left, watched_minutes: minutes }: teaching.Attendee, n: number) {
  const told = (iso: string | null) => (iso ? `${moment(iso, 'UTC').month} ${moment(iso, 'UTC').day}, ${moment(iso, 'UTC').time}` : '')
  const mail = email && <a key="mail" href={`mailto:${email}`}>{email}</a>
  return { key: `${n} ${email}`, cells: [name || attendance.forgotten, mail, told(registered), told(joined), told(left), minutes] }
}

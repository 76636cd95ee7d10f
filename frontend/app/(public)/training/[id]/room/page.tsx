import Link from 'next/link'
import { redirect } from 'next/navigation'

import { leave } from '../actions'
import { keepPlace, moderate, openChat } from './actions'

import { Room } from '@/components/room'
import { words } from '@/content/en'
import { room as roomSaid } from '@/content/en-room'
import * as chat from '@/lib/api/chat'
import * as training from '@/lib/api/training'
import { member, token } from '@/lib/session'

const { training: said } = words

export const metadata = { title: said.room }

type Props = { params: Promise<{ id: string }> }

/** Where a session is seen by those who have a place in it; anybody else takes one first. */
export default async function RoomPage({ params }: Props) {
  const { id } = await params
  const { person } = await member()
  const access = (await token()) ?? ''
  const session = await training.show(id, access)
  if (!session.data || !person) redirect(`/training/${encodeURIComponent(id)}`)
  const mine = await training.attendance(id, access)
  const hasPlace = session.data.instructor_id === person.id || (mine.data?.joined_at && !mine.data.left_at)
  const place = hasPlace ? await training.join(id, access) : null
  if (!place?.data) redirect(`/training/${encodeURIComponent(id)}`)
  const { data: messages } = await chat.messages(id, access)
  return (
    <article className="wide section-end">
      <div className="page-head room-head">
        <p className="meta"><Link href={`/training/${id}`}>{said.back}</Link></p>
        <h1>{session.data.title}</h1>
      </div>
      <noscript><p className="notice spaced">{said.staying} {roomSaid.without}</p></noscript>
      <Room
        session={id}
        title={session.data.title}
        url={place.data.watch_url}
        renewAfter={place.data.renew_after_seconds}
        keep={keepPlace.bind(null, id)}
        me={person.id}
        teacher={session.data.instructor_id}
        said={messages ?? []}
        leave={leave}
        open={openChat.bind(null, id)}
        moderate={moderate.bind(null, id)}
      />
    </article>
  )
}

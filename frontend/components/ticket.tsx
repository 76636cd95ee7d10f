import { words } from '@/content/en'
import * as seats from '@/lib/api/seats'
import { asked } from '@/lib/forms'

/** The picture that opens the door; it is the person's alone, and part of the page they asked for. */
export async function Ticket({ event, title }: { event: string; title: string }) {
  const { data, problem } = await asked((token) => seats.ticket(event, token))
  if (!data) return <p className="notice wrong" role="alert">{problem?.detail}</p>
  const source = `data:image/svg+xml;base64,${Buffer.from(data).toString('base64')}`
  return <img className="ticket" src={source} alt={`${words.seat.code} ${title}`} />
}

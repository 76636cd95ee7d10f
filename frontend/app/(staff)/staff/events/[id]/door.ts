import 'server-only'

import { notFound } from 'next/navigation'

import * as organizing from '@/lib/api/organizing'
import { token } from '@/lib/session'

/** An event and who comes to it, for those who organize it; what the API has neither of is no page. */
export async function eventAndPeople(id: string) {
  const access = (await token()) ?? ''
  const [event, found] = await Promise.all([organizing.show(id, access), organizing.attendees(id, access)])
  const problem = event.problem ?? found.problem
  if (problem?.status === 404 || problem?.status === 422) notFound()
  return { event: event.data, found: found.data, problem }
}

import { notFound } from 'next/navigation'

import { Trouble } from '@/components/trouble'
import type { Problem } from '@/lib/api'

/** A page whose matter could not be had: there is none, or the API says why not. */
export function Failed({ title, problem, again }: { title: string; problem: Problem; again: string }) {
  if (problem.status === 404 || problem.status === 422) notFound()
  return (
    <div className="wide section">
      <h1 className="visually-hidden">{title}</h1>
      <Trouble problem={problem} again={again} />
    </div>
  )
}

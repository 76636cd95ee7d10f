import Link from 'next/link'

import { create } from '../actions'
import { fieldsOf } from '../fields'

import { Form } from '@/components/form'
import { words } from '@/content/en'

const { events } = words.staff

export const metadata = { title: events.add }

export default function NewEvent() {
  return (
    <div className="wide section-end">
      <div className="page-head">
        <p className="meta"><Link href="/staff/events">{events.back}</Link></p>
        <h1>{events.add}</h1>
        <p className="lead">{events.addLead}</p>
      </div>
      <div className="paired"><Form action={create} fields={fieldsOf()} submit={events.create} /></div>
    </div>
  )
}

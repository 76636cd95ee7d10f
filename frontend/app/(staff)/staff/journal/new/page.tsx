import { draft } from '../actions'
import { fieldsOf } from '../fields'

import { Form } from '@/components/form'
import { StaffHead } from '@/components/staff-head'
import { words } from '@/content/en'

const { journal } = words.staff

export const metadata = { title: journal.add }

export default function NewPost() {
  return (
    <div className="wide section-end">
      <StaffHead title={journal.add} back={['/staff/journal', journal.back]}><p className="lead">{journal.addLead}</p></StaffHead>
      <div className="paired"><Form action={draft} fields={fieldsOf()} submit={words.staff.events.create} /></div>
    </div>
  )
}

import { create } from '../actions'
import { fieldsOf } from '../fields'

import { Form } from '@/components/form'
import { StaffHead } from '@/components/staff-head'
import { words } from '@/content/en'

const { training } = words.staff

export const metadata = { title: training.add }

export default function NewSession() {
  return (
    <div className="wide section-end">
      <StaffHead title={training.add} back={['/staff/training', training.back]}><p className="lead">{training.addLead}</p></StaffHead>
      <div className="paired"><Form action={create} fields={fieldsOf()} submit={training.create} /></div>
    </div>
  )
}

import { add } from '../actions'
import { fieldsOf } from '../fields'

import { Form } from '@/components/form'
import { StaffHead } from '@/components/staff-head'
import { words } from '@/content/en'

const { resources } = words.staff

export const metadata = { title: resources.add }

export default function NewResource() {
  return (
    <div className="wide section-end">
      <StaffHead title={resources.add} back={['/staff/resources', resources.back]}><p className="lead">{resources.addLead}</p></StaffHead>
      <div className="paired"><Form action={add} fields={fieldsOf()} submit={resources.next} /></div>
    </div>
  )
}

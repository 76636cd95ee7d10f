import { change } from './actions'

import { Form } from '@/components/form'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as settings from '@/lib/api/settings'
import { token } from '@/lib/session'
import { day } from '@/lib/told'

const { settings: said } = words.staff

export const metadata = { title: said.title }

export default async function Settings() {
  const { data, problem } = await settings.show((await token()) ?? '')
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end stack">
        {problem && <Trouble problem={problem} again="/staff/settings" />}
        {data && (
          <Form
            action={change}
            hidden={{ version: String(data.version) }}
            fields={[
              { name: 'contact_email', label: said.contact, type: 'email', value: data.contact_email, hint: said.contactHint, maxLength: 254 },
              { name: 'reapply_after_days', label: said.again, type: 'number', value: String(data.reapply_after_days), hint: said.againHint, max: 365 },
            ]}
            submit={words.staff.save}
          />
        )}
        {data && data.version > 0 && <p className="meta">{said.changed} {day(data.updated_at)}.</p>}
      </div>
    </>
  )
}

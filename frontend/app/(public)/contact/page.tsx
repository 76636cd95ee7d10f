import Link from 'next/link'

import { write } from './actions'

import { Form } from '@/components/form'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { ASSOCIATION } from '@/content/association'
import { words } from '@/content/en'
import * as association from '@/lib/api/association'
import { caller } from '@/lib/session'

const { contact: said } = words

export const metadata = { title: said.title, description: said.lead }

export default async function Contact() {
  const [{ data, problem }, { person }] = await Promise.all([association.show(), caller()])
  return (
    <>
      <Head title={said.title} lead={said.lead} />
      <div className="wide section-end split">
        <section className="stack broad" aria-labelledby="write">
          <h2 id="write">{said.write}</h2>
          <Form
            action={write}
            fields={[
              { name: 'name', label: said.name, type: 'text', value: person?.full_name, autoComplete: 'name', maxLength: 100 },
              { name: 'email', label: said.email, type: 'email', value: person?.email, autoComplete: 'email', hint: said.emailHint, maxLength: 254 },
              { name: 'text', label: said.text, type: 'area', hint: said.textHint, minLength: 10, maxLength: 5_000 },
            ]}
            submit={said.send}
          />
          <p className="small soft">{said.small} <Link href="/privacy">{words.nav.privacy}</Link></p>
        </section>
        <div className="panel stack">
          <h2>{said.ways}</h2>
          {problem && <Trouble problem={problem} again="/contact" />}
          {data && <Way title={said.general} lead={said.generalLead} address={data.contact_email} />}
          <Way title={said.data} lead={said.dataLead} address={ASSOCIATION.mail.privacy} />
          {data && <p className="soft small">{said.again(data.reapply_after_days)}</p>}
        </div>
      </div>
    </>
  )
}

function Way({ title, lead, address }: { title: string; lead: string; address: string }) {
  return (
    <div>
      <h3 className="plain">{title}</h3>
      <p className="soft small">{lead}</p>
      <p><a className="more" href={`mailto:${address}`}>{address}</a></p>
    </div>
  )
}

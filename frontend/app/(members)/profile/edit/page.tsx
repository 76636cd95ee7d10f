import { change, changePhoto, removePhoto } from './actions'

import { Choices } from '@/components/choices'
import { Form } from '@/components/form'
import { Head } from '@/components/head'
import { Portrait } from '@/components/portrait'
import { Trouble } from '@/components/trouble'
import { DISCIPLINES } from '@/content/association'
import { words } from '@/content/en'
import type { Person } from '@/lib/api'
import { member } from '@/lib/session'

const { people: said, account, members } = words

export const metadata = { title: said.edit }

type Props = { searchParams: Promise<{ then?: string }> }

export default async function Edit({ searchParams }: Props) {
  const [{ then }, { person, problem }] = await Promise.all([searchParams, member()])
  if (!person) return <div className="wide section">{problem && <Trouble problem={problem} again="/profile/edit" />}</div>
  return (
    <>
      <Head title={said.edit} lead={said.editLead} />
      <div className="wide section-end split">
        <div className="stack">
          {then === 'kept' && <p role="status" className="notice fine">{said.kept}</p>}
          <Form action={change} fields={fields(person)} submit={said.keep}>
            <Choices title={members.arts} name="disciplines" chosen={person.disciplines} options={arts(person)} />
          </Form>
        </div>
        <section id="photo" className="panel stack">
          <h2>{said.photo}</h2>
          <Portrait person={person} isKnown size="large" />
          <p className="soft small">{said.photoLead}</p>
          <Form action={changePhoto} fields={[{ name: 'file', label: said.file, type: 'file', accept: '.jpg,.jpeg,.png' }]} submit={said.upload} />
          <Form action={removePhoto} submit={said.remove} quiet />
        </section>
      </div>
    </>
  )
}

function fields(person: Person) {
  return [
    { name: 'full_name', label: account.name, type: 'text', value: person.full_name, autoComplete: 'name', maxLength: 200 },
    { name: 'rank', label: members.rank, type: 'text', value: person.rank, optional: true, maxLength: 100 },
    { name: 'location', label: said.place, type: 'text', value: person.location, optional: true, autoComplete: 'address-level2', maxLength: 200 },
    { name: 'phone', label: said.phone, type: 'text', value: person.phone, optional: true, autoComplete: 'tel', hint: said.phoneHint, maxLength: 40 },
    { name: 'bio', label: said.bio, type: 'area', value: person.bio, optional: true, maxLength: 20_000 },
    { name: 'is_public', label: said.isPublic, type: 'checkbox', value: person.is_public ? 'on' : '', optional: true },
  ] as const
}

/** The five arts, and whatever else somebody trains. */
function arts(person: Person): [string, string][] {
  const known = DISCIPLINES.map(({ id, name }): [string, string] => [id, name])
  const others = person.disciplines.filter((each) => !known.some(([id]) => id === each))
  return [...known, ...others.map((each): [string, string] => [each, each])]
}

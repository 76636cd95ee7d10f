import { handIn, saveDraft, takeFileBack } from './actions'

import { DraftForm, type Part } from '@/components/draft'
import type { FieldOf } from '@/components/field'
import { Files } from '@/components/files'
import { Form } from '@/components/form'
import { Trouble } from '@/components/trouble'
import { DISCIPLINES, TIERS } from '@/content/association'
import { words } from '@/content/en'
import * as applications from '@/lib/api/applications'

const { apply } = words

/** An application that is being written. */
export async function Drafting({ application, token }: { application: applications.Application; token: string }) {
  const files = await applications.files(application.id, token)
  const arts = { title: apply.arts, chosen: application.disciplines, options: DISCIPLINES.map(({ id, name }) => [id, name] as const) }
  return (
    <div className="split">
      <DraftForm action={saveDraft} id={application.id} attempt={crypto.randomUUID()} parts={parts(application)} arts={arts} />
      <section id="files" className="panel stack">
        <h2>{apply.files}</h2>
        <p className="soft small">{apply.filesLead}</p>
        {files.problem && <Trouble problem={files.problem} again="/application" />}
        {files.data && (
          <Files
            files={files.data}
            does={(file) => <Form action={takeFileBack} hidden={{ id: application.id, file: file.id }} submit={apply.takeBack} quiet />}
          />
        )}
        <Form
          action={handIn}
          hidden={{ id: application.id }}
          fields={[{ name: 'file', label: apply.file, type: 'file', accept: '.pdf,.jpg,.jpeg,.png' }]}
          submit={apply.handIn}
          quiet
        />
      </section>
    </div>
  )
}

function parts(told: applications.Application): Part[] {
  const tiers = TIERS.map(({ tier, name }) => [tier, name] as const)
  return [
    {
      title: apply.you,
      lead: apply.youLead,
      fields: [
        { name: 'requested_tier', label: apply.tier, type: 'choice', options: tiers, value: told.requested_tier },
        { name: 'experience_years', label: apply.years, type: 'number', value: String(told.experience_years), optional: true },
        { name: 'rank', label: apply.rank, type: 'text', value: told.rank, optional: true, maxLength: 100 },
        { name: 'school', label: apply.school, type: 'text', value: told.school, optional: true, maxLength: 200 },
      ],
    },
    {
      title: apply.why,
      lead: apply.whyLead,
      fields: [{ name: 'motivation', label: apply.motivation, type: 'area', value: told.motivation, hint: apply.motivationHint, maxLength: 20_000 }],
    },
    { title: apply.references, lead: apply.referencesLead, fields: [1, 2, 3].flatMap((n) => reference(n, told.references_given[n - 1])) },
  ]
}

function reference(n: number, given: applications.Application['references_given'][number] | undefined): FieldOf[] {
  const name = (what: string) => `${apply.reference(n)}: ${what}`
  return [
    { name: `reference_${n}_name`, label: name(apply.name), type: 'text', value: given?.name, maxLength: 200 },
    { name: `reference_${n}_email`, label: name(apply.email), type: 'email', value: given?.email, maxLength: 254 },
    { name: `reference_${n}_relationship`, label: name(apply.relationship), type: 'text', value: given?.relationship, maxLength: 200 },
  ]
}

import { change, publish, putFile, remove } from '../actions'
import { fieldsOf } from '../fields'

import { Failed } from '@/components/failed'
import { Folded, Form } from '@/components/form'
import { StaffHead } from '@/components/staff-head'
import { words } from '@/content/en'
import * as library from '@/lib/api/library'
import { link } from '@/lib/links'
import { token } from '@/lib/session'
import { kilobytes } from '@/lib/told'

const { resources, events } = words.staff

export const metadata = { title: resources.title }

type Props = { params: Promise<{ id: string }> }

export default async function OneResource({ params }: Props) {
  const { id } = await params
  const { data: resource, problem } = await library.show(id, (await token()) ?? '')
  if (!resource) return <Failed title={resources.title} problem={problem} again="/staff/resources" />
  const { title, is_published: isPublished } = resource
  return (
    <article className="wide section-end">
      <StaffHead title={title} back={['/staff/resources', resources.back]}>
        <p className="row meta"><span className={`badge ${isPublished ? 'published' : 'draft'}`}>{events.states[isPublished ? 'published' : 'draft']}</span><span>{resources.kinds[resource.category]}</span></p>
      </StaffHead>
      <div className="split">
        <section className="stack paired" aria-labelledby="what">
          <h2 id="what">{events.change}</h2>
          <Form action={change} hidden={{ id }} fields={fieldsOf(resource)} submit={words.staff.save} />
        </section>
        <div className="stack">
          <Held resource={resource} />
          <section className="panel stack">
            {resource.file_name && <Form action={publish} hidden={{ id, published: isPublished ? 'no' : 'yes' }} submit={isPublished ? resources.takeBack : events.publish} quiet={isPublished} />}
            <Folded summary={resources.remove} lead={resources.removeLead} action={remove} hidden={{ id }} submit={resources.removeGo} quiet />
          </section>
        </div>
      </div>
    </article>
  )
}

/** The file, and another one in its place. */
function Held({ resource: { id, file_name: name, size } }: { resource: library.Resource }) {
  return (
    <section className="panel stack" aria-labelledby="file">
      <h2 id="file">{resources.file}</h2>
      {name
        ? <p className="small"><a href={link(`/staff/resources/${id}/file`, { name })} download={name}>{name}</a> <span className="meta">{kilobytes(size)}</span></p>
        : <p className="soft small">{resources.noFileLead}</p>}
      <Form action={putFile} hidden={{ id }} fields={[{ name: 'file', label: words.apply.file, type: 'file', accept: '.pdf,.jpg,.jpeg,.png', hint: resources.fileHint }]} submit={name ? resources.replace : resources.put} quiet={Boolean(name)} />
    </section>
  )
}

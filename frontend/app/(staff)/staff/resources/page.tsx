import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as library from '@/lib/api/library'
import { link } from '@/lib/links'
import { token } from '@/lib/session'

const { resources } = words.staff
const HERE = '/staff/resources'

export const metadata = { title: resources.title }

type Props = { searchParams: Promise<{ after?: string }> }

export default async function Resources({ searchParams }: Props) {
  const { after } = await searchParams
  const { data, problem } = await library.all((await token()) ?? '', after)
  return (
    <>
      <Head title={resources.title} lead={resources.lead}><p className="row pages"><Link href={`${HERE}/new`} className="button">{resources.add}</Link></p></Head>
      <div className="wide section-end">
        {problem && <Trouble problem={problem} again={HERE} />}
        {data && !data.items.length && <Empty title={resources.empty} lead={resources.emptyLead} />}
        {data && data.items.length > 0 && <ul className="dates">{data.items.map((each) => <Row key={each.id} resource={each} />)}</ul>}
        <p className="row pages">
          {after && <Link href={HERE} className="button quiet">{words.staff.first}</Link>}
          {data?.next && <Link href={link(HERE, { after: data.next })} className="button quiet">{words.staff.more}</Link>}
        </p>
      </div>
    </>
  )
}

function Row({ resource }: { resource: library.Resource }) {
  const { id, title, category, access_type: access, is_published: isPublished, file_name: name } = resource
  return (
    <li className="date-row applicant">
      <div>
        <h2><Link href={`${HERE}/${id}`}>{title}</Link></h2>
        <p className="meta">{resources.kinds[category]} · {name || resources.noFile}</p>
      </div>
      <div className="aside">
        <span className={`badge ${isPublished ? 'published' : 'draft'}`}>{words.staff.events.states[isPublished ? 'published' : 'draft']}</span>
        <p className="meta">{words.events.access[access]}</p>
      </div>
    </li>
  )
}

import Link from 'next/link'

import { Empty } from '@/components/empty'
import { Head } from '@/components/head'
import { Trouble } from '@/components/trouble'
import { words } from '@/content/en'
import * as writing from '@/lib/api/writing'
import { token } from '@/lib/session'
import { day } from '@/lib/told'

const { journal } = words.staff
const HERE = '/staff/journal'

export const metadata = { title: journal.title }

export default async function Journal() {
  const { data, problem } = await writing.list((await token()) ?? '')
  return (
    <>
      <Head title={journal.title} lead={journal.lead}><p className="row pages"><Link href={`${HERE}/new`} className="button">{journal.add}</Link></p></Head>
      <div className="wide section-end">
        {problem && <Trouble problem={problem} again={HERE} />}
        {data && !data.length && <Empty title={journal.empty} />}
        {data && data.length > 0 && (
          <ul className="dates">
            {data.map(({ id, title, category, author, status, published_at: at }) => (
              <li key={id} className="date-row applicant">
                <div>
                  <h2><Link href={`${HERE}/${id}`}>{title}</Link></h2>
                  <p className="meta">{words.blog.categories[category] ?? category} · {author}{at && ` · ${day(at)}`}</p>
                </div>
                <div className="aside"><span className={`badge ${status}`}>{journal.states[status]}</span></div>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  )
}

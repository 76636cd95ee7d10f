import Link from 'next/link'

import { Cover } from '@/components/cover'
import { Head } from '@/components/head'
import { DISCIPLINES, OCCASIONS } from '@/content/association'
import { words } from '@/content/en'

export const metadata = { title: words.programs.title, description: words.programs.lead }

export default function Programs() {
  return (
    <>
      <Head title={words.programs.title} lead={words.programs.lead} />
      <section className="wide section-end">
        <h2 className="spaced">{words.programs.arts}</h2>
        <ul className="grid">
          {DISCIPLINES.map((each) => (
            <li key={each.id} id={each.id} className="card">
              <Cover of={each.cover} />
              <div><h3>{each.name}</h3><p>{each.line}</p><p className="soft small">{each.text}</p></div>
            </li>
          ))}
        </ul>
      </section>
      <section className="section sunken">
        <div className="wide">
          <h2 className="spaced">{words.programs.occasions}</h2>
          <ul className="grid">
            {OCCASIONS.map((each) => (
              <li key={each.id} id={each.id} className="card">
                <Cover of={each.cover} />
                <div>
                  <h3><Link href={`/events?kind=${each.id}`}>{each.name}</Link></h3>
                  <p>{each.line}</p>
                  <p className="soft small">{each.text}</p>
                  <p className="meta">{words.programs.see}</p>
                </div>
              </li>
            ))}
          </ul>
        </div>
      </section>
    </>
  )
}

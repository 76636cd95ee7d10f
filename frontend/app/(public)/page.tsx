import Link from 'next/link'

import { Enso } from '@/components/enso'
import { Dates, Posts } from '@/components/listed'
import { Trouble } from '@/components/trouble'
import { ASSOCIATION, DISCIPLINES } from '@/content/association'
import { words } from '@/content/en'
import { listEvents, listPosts } from '@/lib/api'
import { token } from '@/lib/session'

export default async function Home() {
  const access = await token()
  const [events, posts] = await Promise.all([listEvents({ limit: 4 }, access), listPosts({ limit: 3 })])
  return (
    <>
      <div className="hero">
        <div className="wide">
          <h1>{words.home.title}</h1>
          <p className="lead">{words.home.lead}</p>
          <div className="row">
            <Link href="/membership" className="button">{words.nav.join}</Link>
            <Link href="/events" className="button on-navy">{words.home.allEvents}</Link>
          </div>
        </div>
        <Enso />
      </div>
      <hr />
      <section className="section wide">
        <div className="heading-row">
          <h2>{words.home.events}</h2>
          <Link href="/events" className="more">{words.home.allEvents}</Link>
        </div>
        {events.data ? <Dates events={events.data.items} level="h3" /> : <Trouble problem={events.problem} again="/" />}
      </section>
      <section className="section sunken">
        <div className="wide split even">
          <div>
            <h2>{words.home.programs}</h2>
            <p className="lead">{words.home.programsLead}</p>
          </div>
          <ul className="dates">
            {DISCIPLINES.map((each) => (
              <li key={each.id} className="art">
                <h3><Link href={`/programs#${each.id}`}>{each.name}</Link></h3>
                <p className="soft">{each.line}</p>
              </li>
            ))}
          </ul>
        </div>
      </section>
      <section className="section wide">
        <div className="heading-row">
          <h2>{words.home.journal}</h2>
          <Link href="/blog" className="more">{words.home.allPosts}</Link>
        </div>
        {posts.data ? <Posts posts={posts.data.items} level="h3" /> : <Trouble problem={posts.problem} again="/" />}
      </section>
      <section className="section sunken">
        <figure className="wide">
          <blockquote className="quote">{words.home.founder}</blockquote>
          <figcaption className="soft">{ASSOCIATION.founder}</figcaption>
        </figure>
      </section>
      <section className="section band">
        <div className="wide">
          <div>
            <h2>{words.home.join}</h2>
            <p className="lead">{words.home.joinLead}</p>
          </div>
          <Link href="/membership" className="button">{words.nav.join}</Link>
        </div>
      </section>
    </>
  )
}

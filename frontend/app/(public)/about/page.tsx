import { Head } from '@/components/head'
import { words } from '@/content/en'

export const metadata = { title: words.about.title, description: words.about.lead }

export default function About() {
  return (
    <>
      <Head title={words.about.title} lead={words.about.lead} />
      <div className="wide split section-end">
        <div className="prose">
          {words.about.sections.map(({ title, text }) => (
            <section key={title}>
              <h2>{title}</h2>
              {text.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
            </section>
          ))}
        </div>
        <dl className="panel facts">
          {words.about.facts.map(([name, fact]) => <div key={name}><dt>{name}</dt><dd>{fact}</dd></div>)}
        </dl>
      </div>
    </>
  )
}

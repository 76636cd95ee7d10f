import { Head } from '@/components/head'

type Props = { title: string; sections: { title: string; text: string[] }[] }

/** A page of plain sections, such as the terms. */
export function Sections({ title, sections }: Props) {
  return (
    <>
      <Head title={title} />
      <div className="wide section-end prose">
        {sections.map((section) => (
          <section key={section.title}>
            <h2>{section.title}</h2>
            {section.text.map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
          </section>
        ))}
      </div>
    </>
  )
}

import { Head } from '@/components/head'
import { words } from '@/content/en'

export const metadata = { title: words.contact.title, description: words.contact.lead }

export default function Contact() {
  return (
    <>
      <Head title={words.contact.title} lead={words.contact.lead} />
      <ul className="wide section-end grid">
        {words.contact.ways.map(([title, address, what]) => (
          <li key={address} className="panel stack">
            <h2>{title}</h2>
            <p className="soft">{what}</p>
            <p><a className="more" href={`mailto:${address}`}>{address}</a></p>
          </li>
        ))}
      </ul>
    </>
  )
}

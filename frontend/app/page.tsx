import { headers } from 'next/headers'

export default async function Home() {
  await headers()
  return <h1>World Wide Martial Arts Association</h1>
}

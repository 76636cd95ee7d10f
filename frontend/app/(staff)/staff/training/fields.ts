import type { FieldOf } from '@/components/field'
import { DISCIPLINES } from '@/content/association'
import { words } from '@/content/en'
import type { Session } from '@/lib/api/teaching'
import { wall } from '@/lib/wall'

const { training, events } = words.staff
const { field } = training

/** What is asked about a session: a new one, or one that stands. */
export function fieldsOf(session?: Session): FieldOf[] {
  const known = DISCIPLINES.map(({ id, name }) => [id as string, name as string] as const)
  const own = session && !known.some(([id]) => id === session.discipline) ? [[session.discipline, session.discipline] as const] : []
  return [
    { name: 'title', label: events.field.title, type: 'text', value: session?.title, maxLength: 200 },
    { name: 'discipline', label: field.art, type: 'choice', options: [...known, ...own], value: session?.discipline },
    { name: 'access_type', label: events.field.access, type: 'choice', options: Object.entries(words.events.access), value: session?.access_type ?? 'members_only' },
    { name: 'starts_at', label: field.starts, type: 'datetime-local', value: session && wall(session.starts_at, 'UTC') },
    { name: 'duration_minutes', label: field.minutes, type: 'number', value: String(session?.duration_minutes ?? 60), min: 1, max: 480 },
    { name: 'capacity', label: field.capacity, type: 'number', value: String(session?.capacity ?? 50), hint: field.capacityHint, min: 1, max: 500 },
    { name: 'tags', label: events.field.tags, type: 'text', value: session?.tags.join(', '), hint: events.field.tagsHint, optional: true },
    { name: 'description', label: events.field.description, type: 'area', value: session?.description, hint: events.field.descriptionHint, maxLength: 20_000, optional: true },
  ]
}

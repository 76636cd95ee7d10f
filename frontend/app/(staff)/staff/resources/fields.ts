import type { FieldOf } from '@/components/field'
import { words } from '@/content/en'
import type { Resource } from '@/lib/api/library'

const { resources, events } = words.staff

/** What is asked about something in the library: new, or there already. */
export function fieldsOf(resource?: Resource): FieldOf[] {
  return [
    { name: 'title', label: events.field.title, type: 'text', value: resource?.title, maxLength: 200 },
    { name: 'category', label: events.field.kind, type: 'choice', options: Object.entries(resources.kinds), value: resource?.category },
    { name: 'access_type', label: events.field.access, type: 'choice', options: Object.entries(words.events.access), value: resource?.access_type ?? 'members_only' },
    { name: 'description', label: events.field.description, type: 'area', value: resource?.description, rows: 5, maxLength: 20_000, optional: true },
  ]
}

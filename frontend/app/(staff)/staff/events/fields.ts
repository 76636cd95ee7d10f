import type { FieldOf } from '@/components/field'
import { words } from '@/content/en'
import type { Event } from '@/lib/api'
import { wall } from '@/lib/wall'

const { field } = words.staff.events
const pairs = <T extends Record<string, string>>(of: T) => Object.entries(of)

/** What is asked about an event: a new one, or one that stands. */
export function fieldsOf(event?: Event): FieldOf[] {
  const zone = event?.timezone ?? 'America/Los_Angeles'
  return [
    { name: 'title', label: field.title, type: 'text', value: event?.title, maxLength: 200 },
    { name: 'event_type', label: field.kind, type: 'choice', options: pairs(words.events.kinds), value: event?.event_type },
    { name: 'access_type', label: field.access, type: 'choice', options: pairs(words.events.access), value: event?.access_type },
    { name: 'starts_at', label: field.starts, type: 'datetime-local', value: event && wall(event.starts_at, zone) },
    { name: 'ends_at', label: field.ends, type: 'datetime-local', value: event && wall(event.ends_at, zone) },
    { name: 'timezone', label: field.zone, type: 'text', value: zone, hint: field.zoneHint, maxLength: 64 },
    { name: 'location', label: field.location, type: 'text', value: event?.location, maxLength: 200 },
    { name: 'is_online', label: field.online, type: 'checkbox', value: event?.is_online ? 'on' : '', optional: true },
    { name: 'description', label: field.description, type: 'area', value: event?.description, hint: field.descriptionHint, maxLength: 20_000, optional: true },
    { name: 'capacity', label: field.capacity, type: 'number', value: event?.capacity?.toString() ?? '', hint: field.capacityHint, min: 1, max: 100_000, optional: true },
    { name: 'has_waitlist', label: field.waitlist, type: 'checkbox', value: event?.has_waitlist === false ? '' : 'on', optional: true },
    { name: 'price', label: field.price, type: 'number', value: ((event?.price_cents ?? 0) / 100).toString(), hint: field.priceHint, max: 100_000, step: 0.01 },
    { name: 'tags', label: field.tags, type: 'text', value: event?.tags.join(', '), hint: field.tagsHint, optional: true },
  ]
}

'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import type { Answer, Event } from '@/lib/api'
import * as organizing from '@/lib/api/organizing'
import { asked, refused, said, text } from '@/lib/forms'
import { instant } from '@/lib/wall'

const HERE = '/staff/events'
const TYPED = ['title', 'description', 'event_type', 'access_type', 'starts_at', 'ends_at', 'timezone', 'location', 'is_online', 'capacity', 'has_waitlist', 'price', 'tags']

/** What the form says an event is. */
function described(form: FormData): organizing.NewEvent {
  const zone = said(form, 'timezone').trim()
  const places = said(form, 'capacity')
  return {
    title: said(form, 'title').trim(),
    description: said(form, 'description'),
    event_type: said(form, 'event_type') as organizing.NewEvent['event_type'],
    access_type: said(form, 'access_type') as organizing.NewEvent['access_type'],
    starts_at: instant(said(form, 'starts_at'), zone),
    ends_at: instant(said(form, 'ends_at'), zone),
    timezone: zone,
    location: said(form, 'location').trim(),
    is_online: said(form, 'is_online') === 'on',
    capacity: places ? Number(places) : null,
    has_waitlist: said(form, 'has_waitlist') === 'on',
    price_cents: Math.round(Number(said(form, 'price')) * 100),
    tags: said(form, 'tags').split(',').map((tag) => tag.trim()).filter(Boolean),
  }
}

export async function create(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { data, problem } = await asked((token) => organizing.create(described(form), token))
  if (problem) return refused(problem, text(form, ...TYPED))
  redirect(`${HERE}/${data.id}`)
}

export async function change(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { price_cents: price, ...rest } = described(form)
  // A fee that stays is not named: it can not be named any more once somebody has a seat.
  const told = price === Number(said(form, 'price_before')) ? rest : { ...rest, price_cents: price }
  const { problem } = await asked((token) => organizing.change(said(form, 'id'), told, token))
  if (problem) return refused(problem, text(form, ...TYPED))
  refresh()
  return { done: words.staff.saved, values: {} }
}

/** Do what a form says with an event, and show what it is then. */
async function moved(does: (token: string) => Promise<Answer<Event>>, values: Record<string, string> = {}): Promise<Outcome | null> {
  const { data, problem } = await asked(does)
  if (problem) return refused(problem, values)
  redirect(`${HERE}/${data.id}`)
}

export async function publish(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved((token) => organizing.publish(said(form, 'id'), token))
}

export async function repeat(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved((token) => organizing.repeat(said(form, 'id'), Number(said(form, 'weeks')), token), text(form, 'weeks'))
}

export async function callOff(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  return moved((token) => organizing.callOff(said(form, 'id'), said(form, 'because'), token), text(form, 'because'))
}

export async function checkIn(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { data, problem } = await asked((token) => organizing.checkIn(said(form, 'id'), said(form, 'code'), token))
  if (problem) return refused(problem)
  refresh()
  return { done: words.staff.events.welcome(data.name), values: {} }
}

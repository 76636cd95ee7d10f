'use server'

import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'

import type { Outcome } from '@/components/form'
import { words } from '@/content/en'
import * as applications from '@/lib/api/applications'
import { asked, refused, said } from '@/lib/forms'

const HERE = '/application'
const REFERENCES = [1, 2, 3]
const ASPECTS = ['name', 'email', 'relationship'] as const

/** Open the draft of an application. */
export async function begin(): Promise<Outcome | null> {
  const { problem } = await asked((token) => applications.begin(token))
  if (problem) return refused(problem)
  redirect(HERE)
}

/** Keep what was typed; of the people named, those who are named wholly. */
export async function saveDraft(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem, values } = await kept(form)
  if (problem) return refused(problem, values)
  if (said(form, 'then') !== 'submit') return { done: half(form) ? words.apply.halfSaved : words.apply.saved, values }
  const answer = await asked((token) => applications.submit(said(form, 'id'), said(form, 'key'), token))
  if (answer.problem) return refused(answer.problem, values)
  redirect(HERE)
}

async function kept(form: FormData) {
  const values = Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
  const { problem } = await asked((token) => applications.redraft(said(form, 'id'), drafted(form), token))
  return { problem, values }
}

function drafted(form: FormData): applications.Draft {
  const years = Number.parseInt(said(form, 'experience_years'), 10)
  return {
    requested_tier: said(form, 'requested_tier') as applications.Draft['requested_tier'],
    disciplines: form.getAll('disciplines').map(String),
    ...(Number.isNaN(years) ? {} : { experience_years: years }),
    rank: said(form, 'rank'),
    school: said(form, 'school'),
    motivation: said(form, 'motivation'),
    references_given: REFERENCES.map((n) => reference(form, n)).filter((each) => ASPECTS.every((aspect) => each[aspect])),
  }
}

function reference(form: FormData, n: number) {
  const of = (aspect: (typeof ASPECTS)[number]) => said(form, `reference_${n}_${aspect}`).trim()
  return { name: of('name'), email: of('email'), relationship: of('relationship') }
}

/** Whether somebody is named in part, which can not be kept yet. */
function half(form: FormData): boolean {
  return REFERENCES.map((n) => Object.values(reference(form, n)).filter(Boolean).length).some((told) => told > 0 && told < ASPECTS.length)
}

export async function handIn(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const file = form.get('file')
  if (!(file instanceof File) || !file.size) return { wrong: words.apply.noFile, values: {} }
  const { problem } = await asked((token) => applications.handIn(said(form, 'id'), file, token))
  if (problem) return refused(problem)
  // Being led to a part of the same page would show it as it was.
  refresh()
  return null
}

export async function takeFileBack(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => applications.takeBack(said(form, 'id'), said(form, 'file'), token))
  if (problem) return refused(problem)
  refresh()
  return null
}

export async function withdraw(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const { problem } = await asked((token) => applications.withdraw(said(form, 'id'), said(form, 'key'), token))
  if (problem) return refused(problem)
  redirect(HERE)
}

export async function answerQuestion(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const text = said(form, 'text')
  const { problem } = await asked((token) => applications.answer(said(form, 'id'), Number(said(form, 'number')), text, token))
  if (problem) return refused(problem, { text })
  redirect(HERE)
}

export async function appeal(_: Outcome | null, form: FormData): Promise<Outcome | null> {
  const text = said(form, 'text')
  const { problem } = await asked((token) => applications.appeal(said(form, 'id'), text, said(form, 'key'), token))
  if (problem) return refused(problem, { text })
  redirect(HERE)
}

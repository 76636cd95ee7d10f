import 'server-only'

import { headers } from 'next/headers'
import createClient from 'openapi-fetch'

import { env } from '@/lib/env'

import type { components, paths } from './schema'

/** What the API calls what went wrong (RFC 9457). */
export type Problem = components['schemas']['ProblemDetails']

/** Either what was asked for, or why there is none; a page decides what to do with either. */
export type Answer<T> = { data: T; problem: null } | { data: null; problem: Problem }

type Fetched<T> = { data?: T; error?: unknown; response: Response }

const PATIENCE_MS = 8_000

/** What a question that may be repeated is known by; it is answered once. */
export const once = (key: string) => ({ header: { 'Idempotency-Key': key } })

/** The typed client of the API, for one call; with a token it speaks for a person. */
export async function api(token?: string) {
  return createClient<paths>({
    baseUrl: env().apiUrl.origin,
    cache: 'no-store',
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: { ...(await visitor()), ...(token ? { authorization: `Bearer ${token}` } : {}) },
  })
}

/** The visitor's own address and trace, so that limits and logs are about them and not about us. */
async function visitor(): Promise<Record<string, string>> {
  const asked = await headers()
  const passed = ['x-forwarded-for', 'traceparent', 'user-agent']
  return Object.fromEntries(passed.flatMap((name) => {
    const value = asked.get(name)
    return value ? [[name, value]] : []
  }))
}

/** What came of a call; a call that was not answered is a problem like any other. */
export async function answered<T>(call: Promise<Fetched<T>>): Promise<Answer<T>> {
  try {
    const { data, error, response } = await call
    if (response.ok) return { data: data as T, problem: null }
    return { data: null, problem: isProblem(error) ? error : unreadable(response) }
  } catch (error) {
    console.error(`The API at ${env().apiUrl.origin} did not answer: ${String(error)}`)
    return { data: null, problem: UNANSWERED }
  }
}

const UNANSWERED: Problem = {
  type: 'about:blank',
  title: 'The service does not answer',
  status: 503,
  detail: 'We can not reach our own service at the moment. Try again in a minute.',
  instance: '',
  request_id: '',
}

function unreadable(response: Response): Problem {
  return { ...UNANSWERED, status: response.status, instance: new URL(response.url).pathname }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'status' in value
}

import 'server-only'

import { answered, api } from './client'
import type { components, paths } from './schema'

type Schemas = components['schemas']
type Query = NonNullable<paths['/api/search']['get']['parameters']['query']>

export type Answer = Schemas['Answer']
export type Kind = Schemas['Kind']
export type Result = Schemas['Result']

/** What is there to find, the best first. */
export async function find(query: Query, token?: string) {
  return answered((await api(token)).GET('/api/search', { params: { query } }))
}

/** An answer in words, with what it is taken from. */
export async function ask(question: string, token?: string) {
  return answered((await api(token)).POST('/api/search/answer', { body: { question } }))
}

/** Say whether an answer was helpful. */
export async function judge(id: string, isHelpful: boolean, token?: string) {
  const params = { path: { query_id: id } }
  return answered((await api(token)).POST('/api/search/answers/{query_id}/feedback', { params, body: { is_helpful: isHelpful } }))
}

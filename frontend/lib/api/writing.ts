import 'server-only'

import { answered, api } from './client'
import type { components } from './schema'

type Schemas = components['schemas']

export type Writing = Schemas['Writing']
export type NewPost = Schemas['NewPost']

const at = (id: string) => ({ path: { post_id: id } })

/** The latest posts that somebody may change: their own, or all of them for the board. */
export async function list(token: string) {
  return answered((await api(token)).GET('/api/blog/writing'))
}

export async function show(id: string, token: string) {
  return answered((await api(token)).GET('/api/blog/writing/{post_id}', { params: at(id) }))
}

export async function draft(body: NewPost, token: string) {
  return answered((await api(token)).POST('/api/blog/writing', { body }))
}

export async function change(id: string, body: Schemas['PostChange'], token: string) {
  return answered((await api(token)).PATCH('/api/blog/writing/{post_id}', { params: at(id), body }))
}

export async function publish(id: string, token: string) {
  return answered((await api(token)).POST('/api/blog/writing/{post_id}/publish', { params: at(id) }))
}

export async function archive(id: string, token: string) {
  return answered((await api(token)).POST('/api/blog/writing/{post_id}/archive', { params: at(id) }))
}

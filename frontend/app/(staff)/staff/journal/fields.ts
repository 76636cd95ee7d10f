import type { FieldOf } from '@/components/field'
import { words } from '@/content/en'
import type { Writing } from '@/lib/api/writing'

const { field } = words.staff.journal

/** What is asked about an article: a new one, or one that stands. */
export function fieldsOf(post?: Writing): FieldOf[] {
  const known = Object.entries(words.blog.categories)
  const own = post && !(post.category in words.blog.categories) ? [[post.category, post.category] as const] : []
  return [
    { name: 'title', label: field.title, type: 'text', value: post?.title, maxLength: 200 },
    { name: 'content', label: field.content, type: 'area', value: post?.content, hint: field.contentHint, rows: 18, maxLength: 100_000 },
    { name: 'excerpt', label: field.excerpt, type: 'area', value: post?.excerpt, hint: field.excerptHint, rows: 3, maxLength: 300, optional: true },
    { name: 'category', label: field.category, type: 'choice', options: [...known, ...own], value: post?.category },
    { name: 'tags', label: field.tags, type: 'text', value: post?.tags.join(', '), hint: words.staff.events.field.tagsHint, optional: true },
    ...(post ? [{ name: 'slug', label: field.slug, type: 'text' as const, value: post.slug, hint: field.slugHint, maxLength: 200 }] : []),
  ]
}

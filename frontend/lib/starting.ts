import { env } from '@/lib/env'

/** Looked at once, when the server starts. */
try {
  env()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

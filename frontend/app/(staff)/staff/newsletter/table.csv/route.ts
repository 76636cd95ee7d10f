import type { NextRequest } from 'next/server'

import { query } from '../asked'

import * as readers from '@/lib/api/readers'
import { saved } from '@/lib/saved'

export async function GET(request: NextRequest): Promise<Response> {
  const asked = query(Object.fromEntries(request.nextUrl.searchParams))
  return saved((token) => readers.table(asked, token), 'newsletter.csv')
}

import type { NextRequest } from 'next/server'

import { query } from '../asked'

import * as audit from '@/lib/api/audit'
import { saved } from '@/lib/saved'

export async function GET(request: NextRequest): Promise<Response> {
  const asked = query(Object.fromEntries(request.nextUrl.searchParams))
  return saved((token) => audit.table(asked, token), 'audit-log.csv')
}

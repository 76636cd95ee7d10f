/** What the audit log is asked for, as the address of its page says it. */
export type Asked = { actor?: string; action?: string; subject?: string; from?: string; to?: string }

const DAY = /^\d{4}-\d\d-\d\d$/

/** The question to the API; what can not be one is left out. Days are those of UTC, the last one included. */
export function query({ actor, action, subject, from, to }: Asked) {
  const since = from && DAY.test(from) ? `${from}T00:00:00Z` : undefined
  const until = to && DAY.test(to) ? new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000).toISOString() : undefined
  return { actor: actor || undefined, action: action?.trim() || undefined, subject: subject?.trim() || undefined, since, until }
}

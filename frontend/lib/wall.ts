/** Between a moment and what the clock on a place's wall says, as forms have it: 2027-03-06T18:00. */

export function wall(iso: string, timeZone: string): string {
  const told = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return told.format(new Date(iso)).replace(' ', 'T')
}

/** The moment at which that wall's clock says so. What can not be read is handed on for the API to refuse. */
export function instant(said: string, timeZone: string): string {
  const asIfUtc = Date.parse(`${said}Z`)
  if (Number.isNaN(asIfUtc) || !isKnown(timeZone)) return `${said}Z`
  const ahead = (at: number) => Date.parse(`${wall(new Date(at).toISOString(), timeZone)}Z`) - at
  // The second look is for the days on which clocks are changed.
  return new Date(asIfUtc - ahead(asIfUtc - ahead(asIfUtc))).toISOString()
}

function isKnown(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone }))
  } catch {
    return false
  }
}

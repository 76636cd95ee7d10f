/** How numbers and moments are told to people. */

const LOCALE = 'en-US'

export function dollars(cents: number): string {
  const digits = cents % 100 ? 2 : 0
  return new Intl.NumberFormat(LOCALE, { style: 'currency', currency: 'USD', minimumFractionDigits: digits }).format(cents / 100)
}

/** A moment by the clock of a place: its parts, as a list shows them. */
export function moment(iso: string, timeZone: string) {
  const told = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(LOCALE, { timeZone, ...options }).format(new Date(iso))
  return {
    day: told({ day: 'numeric' }),
    month: told({ month: 'short' }),
    year: told({ year: 'numeric' }),
    date: told({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    time: told({ hour: 'numeric', minute: '2-digit' }),
    zone: told({ timeZoneName: 'short' }).split(', ').at(-1) ?? timeZone,
  }
}

export function day(iso: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(iso))
}

/** The same, as tables have room for. */
export function shortDay(iso: string): string {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(iso))
}

/** How long, in its largest unit. */
export function span(seconds: number): string {
  const [size, unit] = seconds < 90 ? [1, 's'] : seconds < 5400 ? [60, 'min'] : seconds < 172_800 ? [3600, 'h'] : [86_400, 'days']
  return `${Math.round(seconds / Number(size))} ${unit}`
}

/** How large a file is. */
export function kilobytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** A moment in a video, as players show it: `4:07`, `1:02:30`. */
export function timecode(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
  const tail = `${String(rest).padStart(2, '0')}`
  return hours ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

/** The seconds of a moment that somebody typed so; null for what is none. */
export function seconds(typed: string): number | null {
  if (!/^\s*\d+(:\d{1,2}){0,2}\s*$/.test(typed)) return null
  return typed.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

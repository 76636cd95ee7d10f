'use client'

import { useSyncExternalStore } from 'react'

import { moment } from '@/lib/told'

const never = () => () => {}

/** The reader's own time zone once a script runs; UTC before that. */
function useZone(): string {
  return useSyncExternalStore(never, () => Intl.DateTimeFormat().resolvedOptions().timeZone, () => 'UTC')
}

/** A moment by the reader's clock, since people meet online from wherever they are. */
export function LocalTime({ iso }: { iso: string }) {
  const { date, time, zone } = moment(iso, useZone())
  return <time dateTime={iso}>{date}, {time} {zone}</time>
}

/** The day of a moment, large, with the hour below it, as lists are led by. */
export function LocalDay({ iso }: { iso: string }) {
  const { day, month, year } = moment(iso, useZone())
  return <time className="day" dateTime={iso}><b>{day}</b>{month} {year}</time>
}

/** The hour and minute of what was said just now. */
export function LocalMinute({ iso }: { iso: string }) {
  return <time className="meta" dateTime={iso}>{moment(iso, useZone()).time}</time>
}

export function LocalHour({ iso }: { iso: string }) {
  const { time, zone } = moment(iso, useZone())
  return <>{time} {zone}</>
}

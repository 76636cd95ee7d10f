'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState } from 'react'

/** For how long at most a page is said to be on its way. */
const PATIENCE_MS = 10_000

/** Whether a click leads to another page of this site, in this window. */
function leads(click: MouseEvent): boolean {
  if (click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return false
  const link = click.target instanceof Element ? click.target.closest('a') : null
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return false
  return link.pathname + link.search !== location.pathname + location.search
}

/** A line across the top while another page is on its way; the one before it stays in sight. */
export function Going() {
  const here = `${usePathname()}?${useSearchParams()}`
  const [from, setFrom] = useState('')
  useEffect(() => {
    let patience: ReturnType<typeof setTimeout>
    const go = (click: MouseEvent) => {
      if (!leads(click)) return
      setFrom(here)
      clearTimeout(patience)
      patience = setTimeout(() => setFrom(''), PATIENCE_MS)
    }
    document.addEventListener('click', go, true)
    return () => { document.removeEventListener('click', go, true); clearTimeout(patience) }
  }, [here])
  return from === here && <div className="going" aria-hidden="true" />
}

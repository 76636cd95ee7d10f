import type { Sent, Told } from './chat'

/** How it stands with the connection; `again` comes back by itself, and what follows it does not. */
export type Standing = 'connecting' | 'there' | 'again' | 'offline' | 'elsewhere' | 'gone' | 'over'

/** What one connects with; without a ticket there is a reason, and without a reason it is worth another try. */
export type Opening = { ticket: { url: string; protocols: string[] } | null; why: string }

export type Line = { send: (what: Sent) => boolean; again: () => void; end: () => void }

type Wishes = { open: () => Promise<Opening>; hear: (told: Told) => void; stand: (standing: Standing, why: string) => void }

const [OVER, ELSEWHERE] = [4410, 4409]
const [FIRST_MS, LONGEST_MS, PATIENCE_MS, SETTLED_MS] = [1_000, 30_000, 10_000, 10_000]

/** Keeps a connection to a chat, and comes back after a moment at random whenever it is lost. */
export function keepConnected({ open, hear, stand }: Wishes): Line {
  let socket: WebSocket | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let [tries, since, run] = [0, 0, 0]

  async function begin(): Promise<void> {
    drop()
    const mine = ++run
    stand(tries ? 'again' : 'connecting', '')
    // A page that is not answered at all has no network, or a server that changes just now.
    const { ticket, why } = await open().catch(() => ({ ticket: null, why: '' }))
    if (mine !== run) return
    if (ticket) return connect(ticket)
    if (why) return stand('gone', why)
    later()
  }

  function connect({ url, protocols }: NonNullable<Opening['ticket']>): void {
    const made = (socket = new WebSocket(url, protocols))
    timer = setTimeout(() => made.close(), PATIENCE_MS)
    made.onmessage = ({ data }: MessageEvent<string>) => {
      const told = JSON.parse(data) as Told
      if (told.kind === 'welcome') {
        clearTimeout(timer)
        since = Date.now()
        stand('there', '')
      }
      hear(told)
    }
    made.onclose = ({ code }) => {
      if (socket === made) closed(code)
    }
  }

  function closed(code: number): void {
    drop()
    if (code === OVER || code === ELSEWHERE) return stand(code === OVER ? 'over' : 'elsewhere', '')
    // Who is let in and out again at once must not knock without a pause.
    if (since && Date.now() - since > SETTLED_MS) tries = 0
    later()
  }

  function later(): void {
    tries += 1
    since = 0
    if (!navigator.onLine) return stand('offline', '')
    stand('again', '')
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)) * (0.5 + Math.random())
    timer = setTimeout(() => void begin(), pause)
  }

  function drop(): void {
    clearTimeout(timer)
    const old = socket
    socket = null
    old?.close()
  }

  function again(): void {
    if (socket?.readyState !== WebSocket.OPEN) void begin()
  }

  function away(): void {
    run += 1
    drop()
    stand('offline', '')
  }

  window.addEventListener('online', again)
  window.addEventListener('offline', away)
  void begin()
  return {
    send: (what) => {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(what))
      return true
    },
    again: () => void begin(),
    end: () => {
      run += 1
      window.removeEventListener('online', again)
      window.removeEventListener('offline', away)
      drop()
    },
  }
}

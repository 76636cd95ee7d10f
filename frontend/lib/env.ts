/**
 * What the website is told: by variables, when its server starts. Nothing is fixed when it is
 * built, so one build serves every environment. Next would inline `process.env.NEXT_PUBLIC_…`;
 * a variable that is looked up by its name is not inlined.
 */

/** Somebody of the seeds whom a developer can be. */
export type Persona = {
  email: string
  full_name: string
  role: string
  tier: string
  to_try: string
}

/** The ways into an environment on one machine; no other environment has any. */
export type Doors = {
  console: string
  inbox: string
  password: string
  personas: Persona[]
}

export type Env = {
  /** The website's own address, as browsers know it. */
  siteUrl: URL
  /** The API, as the website's server reaches it. */
  apiUrl: URL
  /** The API, as the world reaches it. */
  publicApiUrl: URL
  /** The API, as browsers reach it by WebSocket. */
  socketUrl: URL
  /** Such as `staging`, `pr-42` or `production`. */
  environment: string
  release: string
  /** Where training is watched, as a content security policy names it. */
  streamOrigin: string
  doors: Doors | null
}

export class EnvironmentIsInvalid extends Error {}

const LIVE = 'production'
/** https://developers.cloudflare.com/stream: each account has a host below this one. */
const CLOUDFLARE_STREAM = 'https://*.cloudflarestream.com'

/** The environment in `environ`. Throws `EnvironmentIsInvalid`, which names all that is wrong. */
export function read(environ: Record<string, string | undefined>): Env {
  const wrong: string[] = []
  const text = (name: string): string => {
    const value = environ[name]?.trim() ?? ''
    if (!value) wrong.push(`${name} is missing`)
    return value
  }
  const url = (name: string, scheme = 'http'): URL => {
    const value = text(name)
    if (new RegExp(`^${scheme}s?://`).test(value) && URL.canParse(value)) return new URL(value)
    if (value) wrong.push(`${name} is no address such as ${scheme}s://www.wwmaa.example`)
    return new URL('http://nowhere.invalid')
  }
  const environment = text('NEXT_PUBLIC_ENVIRONMENT')
  const doors = environ['STAGING_DOORS'] ?? ''
  if (doors && environment === LIVE) {
    wrong.push('STAGING_DOORS is set, which lets anybody in and is never allowed in production')
  }
  const found: Env = {
    siteUrl: url('NEXT_PUBLIC_SITE_URL'),
    apiUrl: url('SERVER_API_URL'),
    publicApiUrl: url('NEXT_PUBLIC_API_URL'),
    socketUrl: url('NEXT_PUBLIC_WS_URL', 'ws'),
    environment,
    release: environ['RELEASE'] || 'unreleased',
    streamOrigin: environ['STREAM_ORIGIN'] || CLOUDFLARE_STREAM,
    doors: doors && environment !== LIVE ? (JSON.parse(doors) as Doors) : null,
  }
  if (found.siteUrl.protocol === 'https:' && found.socketUrl.protocol === 'ws:') {
    wrong.push('NEXT_PUBLIC_WS_URL begins with ws://, which a browser refuses on a page of https')
  }
  if (wrong.length) {
    throw new EnvironmentIsInvalid(
      `The website can not start: ${wrong.join('; ')}. docs/environments.md explains each variable.`,
    )
  }
  return found
}

let known: Env | undefined

/** The environment of this process, read once. */
export function env(): Env {
  known ??= read(process.env)
  return known
}

/** Whether this is where members really are, and nothing is for trying. */
export function isProduction(): boolean {
  return env().environment === LIVE
}

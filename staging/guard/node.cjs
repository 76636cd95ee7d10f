'use strict'
/**
 * Nothing leaves the machine: a Node process that tries to is refused, and it is written down.
 *
 * Node loads this first where NODE_OPTIONS requires it, in worker threads as well. It stands in the
 * ways that Node has into the network, below `fetch` and `http`, as `sitecustomize.py` does for
 * Python, and writes the same log. It stands against mistakes, not against malice.
 */

const childProcess = require('node:child_process')
const dgram = require('node:dgram')
const dns = require('node:dns')
const fs = require('node:fs')
const net = require('node:net')
const { isMainThread } = require('node:worker_threads')

const LOG = process.env.GUARD_LOG
const SERVICE = process.env.GUARD_SERVICE ?? null
const LARGEST_LOG = 1_000_000
/** An address that is nobody's (RFC 5737); each process tries it once, to see that it is refused. */
const TRIAL = { host: '192.0.2.1', port: 9 }
const HOUSE = require('node:path').resolve(__dirname, '..', '..')
const DEPTH = 5

function refusal(way, to) {
  const isTrial = to === `${TRIAL.host}:${TRIAL.port}`
  write({
    level: isTrial ? 'info' : 'warning',
    event: isTrial ? 'guarded' : 'refused',
    way,
    to,
    thread: isMainThread ? 'MainThread' : 'worker',
    origin: origin(),
  })
  const why = `nothing leaves this machine while its vendors are imitated: refused to ${way} ${to}`
  return Object.assign(new Error(why), { code: 'ENETUNREACH', errno: -101, syscall: way })
}

/** Add a line to the log, unless it is full: what fails is often tried again and again. */
function write(said) {
  const line = { timestamp: new Date().toISOString(), ...said, service: SERVICE, pid: process.pid }
  const file = fs.openSync(LOG, 'a', 0o600)
  try {
    if (fs.fstatSync(file).size < LARGEST_LOG) fs.writeSync(file, `${JSON.stringify(line)}\n`)
  } finally {
    fs.closeSync(file)
  }
}

/** Whose code runs, innermost first, without this module and Node's own. */
function origin() {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 30
  const { stack } = new Error('')
  Error.stackTraceLimit = limit
  return stack
    .split('\n')
    .slice(1)
    .map((line) => line.trim().replace(/^at /, ''))
    .filter((line) => !line.includes(__filename) && !line.includes('node:'))
    .map((line) => line.replace(`${HOUSE}/`, ''))
    .slice(0, DEPTH)
}

function isHere(host) {
  if (host === undefined || host === null || host === '' || host === 'localhost') return true
  const plain = String(host).replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '').split('%')[0]
  return plain === '::1' || plain === '::' || plain === '0.0.0.0' || /^127\./.test(plain)
}

const nextTick = (tell, error) => process.nextTick(tell, error)

function guardConnections() {
  const connect = net.Socket.prototype.connect
  net.Socket.prototype.connect = function guarded(...given) {
    // Node itself passes what it has read already as one array of [options, callback].
    const [options] = Array.isArray(given[0]) ? given[0] : net._normalizeArgs(given)
    const inside = options.path || isHere(options.host)
    if (inside || net.isIP(options.host) === 0) return connect.apply(this, given)
    const error = refusal('connect to', `${options.host}:${options.port}`)
    nextTick(() => this.destroy(error))
    return this
  }
}

function guardNames() {
  const lookup = dns.lookup
  dns.lookup = function guarded(name, options, done) {
    const tell = typeof options === 'function' ? options : done
    if (isHere(name) || net.isIP(name)) return lookup.apply(dns, arguments)
    nextTick(tell, refusal('look up', name))
    return {}
  }
  const promised = dns.promises.lookup
  dns.promises.lookup = async function guarded(name, ...rest) {
    if (isHere(name) || net.isIP(name)) return promised.call(dns.promises, name, ...rest)
    throw refusal('look up', name)
  }
  // These ask a name server, whatever they are asked for.
  const asking = Object.keys(dns.Resolver.prototype).concat(['reverse', 'lookupService'])
  const owners = [dns, dns.Resolver.prototype]
  for (const owner of owners) guardAll(owner, asking, (tell, error) => nextTick(tell, error))
  const later = [dns.promises, dns.promises.Resolver.prototype]
  for (const owner of later) guardAll(owner, asking, null)
}

function guardAll(owner, names, tell) {
  const asking = names.filter((name) => /^(resolve|reverse|lookupService)/.test(name))
  for (const name of asking.filter((each) => typeof owner[each] === 'function')) {
    owner[name] = function guarded(...given) {
      const error = refusal('look up', String(given[0]))
      if (!tell) return Promise.reject(error)
      tell(given.at(-1), error)
      return undefined
    }
  }
}

function guardDatagrams() {
  const send = dgram.Socket.prototype.send
  dgram.Socket.prototype.send = function guarded(...given) {
    const host = given.filter((each) => typeof each === 'string').at(-1)
    if (isHere(host)) return send.apply(this, given)
    const error = refusal('send to', String(host))
    const tell = typeof given.at(-1) === 'function' ? given.at(-1) : null
    nextTick(() => (tell ? tell(error) : this.emit('error', error)))
    return undefined
  }
  const connect = dgram.Socket.prototype.connect
  dgram.Socket.prototype.connect = function guarded(port, host, ...rest) {
    if (typeof host !== 'string' || isHere(host)) return connect.call(this, port, host, ...rest)
    throw refusal('send to', `${host}:${port}`)
  }
}

/** Another Node takes the guard along in its environment; other programs can not. */
function guardPrograms() {
  const spawn = childProcess.ChildProcess.prototype.spawn
  childProcess.ChildProcess.prototype.spawn = function guarded(options) {
    if (options.file === process.execPath) return spawn.call(this, options)
    throw refusal('start', require('node:path').basename(String(options.file)))
  }
  for (const name of ['spawnSync', 'execFileSync']) {
    const start = childProcess[name]
    childProcess[name] = function guarded(file, ...rest) {
      if (file === process.execPath) return start.call(childProcess, file, ...rest)
      throw refusal('start', require('node:path').basename(String(file)))
    }
  }
  childProcess.execSync = (command) => {
    throw refusal('start', String(command).split(' ')[0])
  }
}

if (LOG) {
  guardConnections()
  guardNames()
  guardDatagrams()
  guardPrograms()
  // The modules' other form: `import { lookup } from 'node:dns'` sees what stands there now.
  require('node:module').syncBuiltinESMExports()
  if (isMainThread) new net.Socket().on('error', () => {}).connect(TRIAL)
}

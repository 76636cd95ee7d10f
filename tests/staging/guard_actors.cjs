// Every way out of a Node process, and those that stay inside, tried with the guard before them.
// Prints one JSON document: of each way what whoever tried was told.
'use strict'

const childProcess = require('node:child_process')
const dgram = require('node:dgram')
const dns = require('node:dns')
const http = require('node:http')
const net = require('node:net')
const tls = require('node:tls')
const { Worker } = require('node:worker_threads')

const NAME = 'vendor.example'
const NUMBER = '192.0.2.2'
const IPV6 = '2001:db8::2'

const heard = (emitter) => new Promise((_, fail) => emitter.once('error', fail))
const called = (ask) => new Promise((tell, fail) => ask((no, yes) => (no ? fail(no) : tell(yes))))

const OUT = {
  'fetch a name': () => fetch(`http://${NAME}/`).catch((error) => { throw error.cause }),
  'fetch a number': () => fetch(`https://${NUMBER}/`).catch((error) => { throw error.cause }),
  'ask by http': () => heard(http.get({ host: NUMBER, port: 80 })),
  'connect to a number': () => heard(net.connect(443, NUMBER)),
  'connect by IPv6': () => heard(net.connect({ host: IPV6, port: 443 })),
  'connect to a name': () => heard(net.connect(443, NAME)),
  'talk TLS': () => heard(tls.connect(443, NUMBER)),
  'look up': () => called((done) => dns.lookup(NAME, done)),
  'look up with a promise': () => dns.promises.lookup(NAME),
  'resolve': () => called((done) => dns.resolve4(NAME, done)),
  'resolve with a promise': () => dns.promises.resolveMx(NAME),
  'resolve by a resolver': () => called((done) => new dns.Resolver().resolveTxt(NAME, done)),
  'send a datagram': () => called((done) => dgram.createSocket('udp4').send('x', 53, NUMBER, done)),
  'start curl': () => heard(childProcess.spawn('curl', [`http://${NAME}`])),
  'start curl and wait': () => childProcess.spawnSync('curl', [`http://${NAME}`]),
  'start a shell': () => childProcess.execSync(`curl http://${NAME}`),
  'in a worker': () =>
    heard(new Worker(`require('node:net').connect(443, '${NUMBER}').on('error', (e) => { throw e })`, { eval: true })),
  'in a child': () => {
    const code = `require('node:net').connect(443, '${NUMBER}')`
    const { stderr } = childProcess.spawnSync(process.execPath, ['-e', code])
    throw new Error(String(stderr))
  },
}

async function asked(address) {
  const server = http.createServer((_, answer) => answer.end('fine'))
  await new Promise((ready) => server.listen(0, address, ready))
  const { port } = server.address()
  try {
    return await (await fetch(`http://${address.includes(':') ? `[${address}]` : address}:${port}/`)).text()
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const INSIDE = {
  'ask this machine': () => asked('127.0.0.1'),
  'ask this machine by its name': () => asked('localhost'),
  'look up this machine': () => dns.promises.lookup('localhost'),
  'start itself': () => childProcess.execFileSync(process.execPath, ['-e', '1']),
}

async function told(act) {
  try {
    await act()
    return ''
  } catch (error) {
    return String(error?.message ?? error)
  }
}

async function main() {
  const found = {}
  for (const [way, act] of Object.entries({ ...OUT, ...INSIDE })) found[way] = await told(act)
  console.log(JSON.stringify({ out: Object.keys(OUT), inside: Object.keys(INSIDE), told: found }))
  process.exit(0)
}

void main()

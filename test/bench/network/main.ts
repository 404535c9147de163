/**
 * `npm run bench -- network`: two processes on loopback, one stream for each class, over libp2p. What a message, a question
 * and a connection cost, and what a vote waits while bodies are on their way. Every answer is checked.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { createLibp2pTransport, type ListeningTransport, peerIdOf } from '../../../src/network/index.ts'
import { type Address, assert, type Bytes, toAddress } from '../../../src/primitives/index.ts'

const KIB = 1024
const addresses = [1, 2].map((digit): Address => toAddress(`0x${`${digit}`.repeat(40)}`))
const [OWN, OTHER] = addresses
const keyOf = (index: number): Bytes => new Uint8Array(32).fill(index + 1)

/** Node 0 measures; node 1 is another process that sends back what it gets. */
async function open(index: number, port: number): Promise<ListeningTransport> {
  const validators = new Map(
    addresses.map((address, at) => {
      return [address, { id: peerIdOf(keyOf(at)), addresses: at === 1 && index === 0 ? [`127.0.0.1:${port}`] : [] }]
    }),
  )
  const nodeKey = keyOf(index)
  const options = { network: 'bench', nodeKey, host: '127.0.0.1', validators, peers: [], maxPeers: 1 }
  return createLibp2pTransport({ ...options, port: index === 0 ? 0 : port })
}

/** The other process. Echoes messages of `consensus`, counts those of `transactions` and `bodies`, answers with bytes. */
async function runEcho(): Promise<void> {
  assert(OWN !== undefined, 'there are two nodes')
  const transport = await open(1, 0)
  let counted = 0
  transport.on('consensus', (from, bytes) => {
    if (bytes.length > 1) transport.send(from, 'consensus', bytes)
    else transport.send(from, 'consensus', Uint8Array.of(...numberBytes(counted)))
    if (bytes.length === 1) counted = 0
  })
  for (const channel of ['transactions', 'bodies'] as const) {
    transport.on(channel, () => {
      counted += 1
    })
  }
  transport.serve(
    'blocks',
    async (_, bytes) => new Uint8Array(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)),
  )
  await transport.start()
  process.send?.(transport.address)
}

function numberBytes(value: number): Bytes {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint32(0, value)
  return new Uint8Array(view.buffer)
}

/** Quantiles of the milliseconds that `run` takes; `after` is not counted. */
async function quantiles(
  count: number,
  run: () => Promise<void>,
  after: () => Promise<void> | undefined = () => undefined,
): Promise<{ readonly p50: number; readonly p99: number }> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) {
    const start = performance.now()
    await run()
    times.push(performance.now() - start)
    await after()
  }
  times.sort((a, b) => a - b)
  const at = (part: number): number => times[Math.min(count - 1, Math.floor(count * part))] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

class Bench {
  readonly #transport: ListeningTransport
  #onEcho: (bytes: Bytes) => void = () => {}
  readonly rows: (readonly [string, string])[] = []

  constructor(transport: ListeningTransport) {
    this.#transport = transport
    transport.on('consensus', (_, bytes) => this.#onEcho(bytes))
  }

  async roundTrip(name: string, bytes: number, count: number): Promise<void> {
    const { p50, p99 } = await quantiles(count, async () => {
      const echo = await this.#echo(new Uint8Array(bytes))
      assert(echo.length === bytes, 'the echo is what was sent')
    })
    this.rows.push([name, `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`])
  }

  async request(name: string, bytes: number, count: number): Promise<void> {
    assert(OTHER !== undefined, 'there are two nodes')
    const { p50, p99 } = await quantiles(count, async () => {
      const answer = await this.#transport.request(OTHER, 'blocks', numberBytes(bytes), 10_000)
      assert(answer.length === bytes, 'the answer is what was asked for')
    })
    const rate = ((bytes * 1000) / p50 / KIB / KIB).toFixed(0)
    this.rows.push([name, `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ${rate} MiB/s`])
  }

  async oneWay(name: string, channel: 'transactions' | 'bodies', bytes: number, count: number): Promise<void> {
    assert(OTHER !== undefined, 'there are two nodes')
    const message = new Uint8Array(bytes)
    const [clock, cpu] = [performance.now(), process.cpuUsage()]
    for (let sent = 0; sent < count; sent += 1) {
      this.#transport.send(OTHER, channel, message)
      while ((this.#transport.peers()[0]?.queuedBytes ?? 0) > 2 * KIB * KIB) await new Promise(setImmediate)
    }
    let arrived = 0
    while (arrived < count) {
      const counted = await this.#echo(Uint8Array.of(0))
      arrived += new DataView(counted.buffer, counted.byteOffset).getUint32(0)
    }
    const { user, system } = process.cpuUsage(cpu)
    const perSecond = (count * 1000) / (performance.now() - clock)
    const cost = (user + system) / count
    const volume = ((perSecond * bytes) / KIB / KIB).toFixed(0)
    this.rows.push([
      name,
      `${perSecond.toFixed(0)} messages/s, ${volume} MiB/s; ${cost.toFixed(0)} us of the sender's processor each`,
    ])
  }

  /** What a vote waits while whole bodies leave as fast as they can. */
  async voteUnderBodies(name: string): Promise<void> {
    assert(OTHER !== undefined, 'there are two nodes')
    const body = new Uint8Array(1024 * KIB)
    const { p50, p99 } = await quantiles(60, async () => {
      while ((this.#transport.peers()[0]?.queuedBytes ?? 0) < 4 * body.length)
        this.#transport.send(OTHER, 'bodies', body)
      await this.#echo(new Uint8Array(200))
    })
    this.rows.push([name, `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`])
  }

  #echo(bytes: Bytes): Promise<Bytes> {
    return new Promise((resolve) => {
      this.#onEcho = resolve
      assert(OTHER !== undefined, 'there are two nodes')
      this.#transport.send(OTHER, 'consensus', bytes)
    })
  }
}

async function connected(port: number): Promise<ListeningTransport> {
  const transport = await open(0, port)
  const up = new Promise<void>((resolve) => transport.onPeer(({ kind }) => kind === 'up' && resolve()))
  await transport.start()
  await up
  return transport
}

async function measure(child: ChildProcess): Promise<void> {
  const [address] = (await once(child, 'message')) as [string]
  const port = Number(address.split(':')[1])
  const imports = performance.now()
  await (await open(0, port)).close()
  const loadMs = performance.now() - imports
  let last: ListeningTransport | undefined
  const connects = await quantiles(
    15,
    async () => {
      last = await connected(port)
    },
    async () => last?.close(),
  )
  const transport = await connected(port)
  const bench = new Bench(transport)
  bench.rows.push(['load libp2p', `${loadMs.toFixed(0)} ms`])
  bench.rows.push([
    'start, connect, five streams, farewell',
    `p50 ${connects.p50.toFixed(0)} ms, p99 ${connects.p99.toFixed(0)} ms`,
  ])
  await bench.roundTrip('vote there and back, 200 B', 200, 3000)
  await bench.roundTrip('64 KiB there and back', 64 * KIB, 300)
  await bench.request('question, 1 KiB answer', KIB, 1000)
  await bench.request('question, 1 MiB answer', KIB * KIB, 60)
  await bench.request('question, 4 MiB answer', 4 * KIB * KIB, 15)
  await bench.oneWay('transactions, 256 B each', 'transactions', 256, 4500)
  await bench.oneWay('bundles of 64 KiB', 'transactions', 64 * KIB, 400)
  await bench.oneWay('bodies of 1 MiB', 'bodies', KIB * KIB, 100)
  await bench.voteUnderBodies('vote there and back while 1 MiB bodies leave')
  await transport.close()
  const width = Math.max(...bench.rows.map(([name]) => name.length))
  for (const [name, value] of bench.rows) process.stdout.write(`${name.padEnd(width)}  ${value}\n`)
  process.stdout.write(`\n${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.versions.node}\n`)
}

if (process.argv.includes('--echo')) {
  await runEcho()
} else {
  const child = fork(process.argv[1] ?? '', ['--echo'])
  try {
    await measure(child)
  } finally {
    child.kill()
  }
}

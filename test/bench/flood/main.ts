/**
 * `npm run bench -- flood [--seconds 20]`: four validators in real processes, and strangers who flood one of them with
 * whatever the network's ports take: half handshakes, oversized and malformed frames, transactions that are none, questions,
 * streams. Prints blocks per second and the attacked process's memory before and meanwhile; fails when the chain stops or
 * memory has no bound.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createPublicClient, http } from 'viem'
import { type Contact, parseContact } from '../../../src/network/index.ts'
import { frameHeader } from '../../../src/network/libp2p/frames.ts'
import { LANES } from '../../../src/network/libp2p/lanes.ts'
import { type Bytes, concatBytes } from '../../../src/primitives/index.ts'
import { dialRaw, type RawPeer } from '../../harness/network/rawPeer.ts'

const MIB = 1024 * 1024
/** What the attacked process may grow by: the limits of docs/network.md for the strangers that fit, and room for waste. */
const MAX_GROWTH_MIB = 400

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '20' } } })
const windowMs = Number(values.seconds) * 1000
/** The checkout: this program is bundled into its dist/. */
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'evmpp-flood-'))
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const say = (line: string) => process.stdout.write(`${line}\n`)

type Started = { readonly rpcUrl: string; readonly pid: number; readonly p2pAddress: string }

/** Starts a network; resolves when all its nodes serve. */
async function startNetwork() {
  const words = ['testnet', '--validators', '4', '--dir', join(folder, 'net'), '--port', '0', '--json']
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
  const nodes: Started[] = []
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the network ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      if (event.kind === 'started') nodes.push(event)
      if (event.kind === 'ready') resolve()
    })
  })
  return { child, nodes }
}

const frame = (payload: Bytes): Bytes => concatBytes(frameHeader(payload.length), payload)
const many = (bytes: Bytes, times: number): Bytes => concatBytes(...Array.from({ length: times }, () => bytes))

/** What strangers do with a connection, until it is taken from them. */
const ATTACKS: readonly ((raw: RawPeer) => void)[] = [
  ({ streams }) => streams.transactions.send(many(frame(Uint8Array.of(0xc0)), 2_000)),
  ({ streams }) => streams.transactions.send(many(frame(new Uint8Array(200_000)), 10)),
  ({ streams }) => streams.consensus.send(many(frame(new Uint8Array(200)), 1_000)),
  ({ streams }) => streams.bodies.send(frame(new Uint8Array(4 * MIB))),
  ({ streams }) => streams.sync.send(many(frame(Uint8Array.of(0, 0, 0, 0, 1, 0)), 20)),
  ({ streams }) => {
    for (const lane of LANES) streams[lane].send(frameHeader(0xffff_ffff))
  },
  ({ streams }) => streams.control.send(many(frame(Uint8Array.of(0, 0, 0, 0, 1)), 500)),
  ({ connection }) => {
    const { muxer } = connection as unknown as { muxer: { createStream(): Promise<unknown> } }
    for (let count = 0; count < 300; count += 1) void muxer.createStream().catch(() => {})
  },
]

/** Floods until `untilMs`; returns how many connections that took. */
async function flood({ id, addresses: [address = ''] }: Contact, network: string, untilMs: number): Promise<number> {
  let connections = 0
  const strangers = Array.from({ length: 4 }, async (_, first) => {
    for (let turn = first; performance.now() < untilMs; turn += 1) {
      connections += 1
      const raw = await dialRaw(id, address, network).catch(() => undefined)
      if (raw === undefined) continue
      for (let count = 0; count < 20 && raw.connection.status === 'open'; count += 1) {
        try {
          ATTACKS[turn % ATTACKS.length]?.(raw)
        } catch {
          break
        }
        await pause(5)
      }
      await raw.close()
    }
  })
  const [host, port] = address.split(':')
  const strays = (async () => {
    while (performance.now() < untilMs) {
      const socket = connect(Number(port), host)
      socket.on('error', () => {})
      socket.write(new Uint8Array(2_000).fill(connections & 0xff))
      setTimeout(() => socket.destroy(), 3_000)
      await pause(30)
    }
  })()
  await Promise.all([...strangers, strays])
  return connections
}

const { child, nodes } = await startNetwork()
try {
  const [victim] = nodes
  if (victim === undefined) throw new Error('there are nodes')
  const clients = nodes.map(({ rpcUrl }) => createPublicClient({ transport: http(rpcUrl), cacheTime: 0 }))
  const height = async () =>
    Math.max(...(await Promise.all(clients.map((client) => client.getBlockNumber()))).map(Number))
  const memoryMib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${victim.pid}/status`, 'utf8'))?.[1]) / 1024
  let peakMib = 0
  const watch = setInterval(() => {
    peakMib = Math.max(peakMib, memoryMib())
  }, 100)
  const window = async (during: () => Promise<unknown>) => {
    peakMib = 0
    const [from, start] = [await height(), performance.now()]
    await during()
    return { blocksPerSecond: ((await height()) - from) / ((performance.now() - start) / 1000), peakMib }
  }

  const genesis = await clients[0]?.getBlock({ blockNumber: 0n })
  const network = `31337-${genesis?.hash.slice(2, 10)}`
  const calm = await window(() => pause(windowMs))
  let connections = 0
  const flooded = await window(async () => {
    connections = await flood(parseContact(victim.p2pAddress), network, performance.now() + windowMs)
  })
  clearInterval(watch)
  const heads = await Promise.all(
    clients.map(async (client) => (await client.getBlock({ blockNumber: BigInt(await height()) - 5n })).hash),
  )
  say(`calm     ${calm.blocksPerSecond.toFixed(2)} blocks/s, ${calm.peakMib.toFixed(0)} MiB at most`)
  say(
    `flooded  ${flooded.blocksPerSecond.toFixed(2)} blocks/s, ${flooded.peakMib.toFixed(0)} MiB at most, ${connections} connections`,
  )
  const isAlive = flooded.blocksPerSecond > calm.blocksPerSecond / 4
  const isBounded = flooded.peakMib < calm.peakMib + MAX_GROWTH_MIB
  const isAgreed = new Set(heads).size === 1
  say(
    isAlive && isBounded && isAgreed ? 'ok' : 'FAILED: the chain stopped, memory grew without a bound, or heads differ',
  )
  process.exitCode = isAlive && isBounded && isAgreed ? 0 : 1
} finally {
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
}

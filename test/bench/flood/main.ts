/**
 * `npm run bench -- flood [--seconds 20] [--port peers|rpc]`: four validators in real processes, and strangers who flood one
 * of them. Its peer port with whatever that takes: half handshakes, oversized and malformed frames, transactions that are
 * none, questions, streams. Or its RPC port: logs of all blocks, batches of a thousand, fee histories, calls that burn gas,
 * subscriptions that nobody reads, sockets without end. Prints blocks per second and the attacked process's memory before and meanwhile; fails when the chain stops or
 * memory has no bound.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createPublicClient, http } from 'viem'
import { parseContact } from '../../../src/network/index.ts'
import { floodPeers } from './peers.ts'
import { floodRpc } from './rpc.ts'

/**
 * What the attacked process may grow by: the limits of docs/network.md and docs/rpc.md for the strangers that fit, and what
 * the garbage of their requests takes before V8 collects all of it.
 */
const MAX_GROWTH_MIB = 600
/** How long after a flood all nodes are to agree again. */
const CALM_MS = 5_000

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, port: { type: 'string', default: 'peers' } },
})
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
    const untilMs = performance.now() + windowMs
    connections =
      values.port === 'rpc'
        ? await floodRpc(victim.rpcUrl, untilMs)
        : await floodPeers(parseContact(victim.p2pAddress), network, untilMs)
  })
  clearInterval(watch)
  // All have it: the flood is over, and what they were behind is made up for.
  await pause(CALM_MS)
  const numbers = await Promise.all(clients.map((client) => client.getBlockNumber()))
  const blockNumber = numbers.reduce((least, number) => (number < least ? number : least))
  const heads = await Promise.all(clients.map(async (client) => (await client.getBlock({ blockNumber })).hash))
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

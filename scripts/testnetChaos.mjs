/**
 * `npm run testnet:chaos`: four validators in real processes under load, while they are killed, paused and wiped.
 *
 *   --seconds n   how long each disturbance lasts (default 15)
 *   --rate n      transactions per second (default 20)
 *
 * Passes when at the end all nodes, a late full node among them, have the same blocks and state roots, every transaction that
 * ever got a receipt is in the same block everywhere, and the chain went on whenever three of four were up.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createPublicClient, http } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { ensureBuilt, root, say } from './project.mjs'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '15' }, rate: { type: 'string', default: '20' } },
})
const disturbanceMs = Number(values.seconds) * 1000
const pauseMs = 1000 / Number(values.rate)
const PATIENCE_MS = 180_000

ensureBuilt()
const folder = mkdtempSync(join(tmpdir(), 'evmpp-chaos-'))
const cli = join(root, 'dist/cli.js')
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const failures = []

/** Runs the program with `--json`; `lines` are told to `hear`. */
function run(words, hear) {
  const child = spawn(process.execPath, [cli, ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
  createInterface({ input: child.stdout }).on('line', (line) => hear(JSON.parse(line)))
  return child
}

/** Polls until `holds`; a failure is noted and the run goes on. */
async function eventually(what, holds) {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds().catch(() => false))) {
    if (performance.now() > deadline) {
      failures.push(`in vain: ${what}`)
      return false
    }
    await sleep(200)
  }
  return true
}

const client = (url) =>
  createPublicClient({ transport: http(url, { retryCount: 0, timeout: 5_000 }), pollingInterval: 100, cacheTime: 0 })

/** Nodes by name: url, pid, whether the run wants it up. */
const nodes = new Map()
const up = () => [...nodes.values()].filter(({ isUp }) => isUp)
const heightOf = ({ client }) => client.getBlockNumber({ cacheTime: 0 }).then(Number)
const height = async () => Math.max(...(await Promise.all(up().map((node) => heightOf(node).catch(() => 0)))))

let hearReady
const ready = new Promise((resolve) => {
  hearReady = resolve
})
const words = ['testnet', '--validators', '4', '--dir', join(folder, 'net'), '--port', '0', '--json']
const network = run(words, (event) => {
  if (event.kind === 'started') {
    const { name, rpcUrl, pid, dataDirectory, p2pAddress } = event
    nodes.set(name, { name, url: rpcUrl, pid, dataDirectory, p2pAddress, client: client(rpcUrl), isUp: true })
  } else if (event.kind === 'ready') hearReady()
  else if (event.kind === 'warning') say(`  ${event.node}: ${event.message}`)
})
network.on('exit', (code) => {
  if (code !== 0) {
    say(`the network ended with ${code}`)
    process.exit(1)
  }
})
await ready

// The load: each account sends one transfer after the other to whichever node is up; a node's refusal or death is tried
// again elsewhere with the same bytes, as a wallet would.
const accounts = Array.from({ length: 10 }, (_, addressIndex) =>
  mnemonicToAccount('test test test test test test test test test test test junk', { addressIndex }),
)
const sent = new Map()
const seen = new Map()
let isLoading = true

async function load(account, index) {
  for (let nonce = 0; isLoading; nonce += 1) {
    const serializedTransaction = await account.signTransaction({
      type: 'eip1559',
      chainId: 31_337,
      nonce,
      gas: 21_000n,
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: 10n ** 9n,
      to: `0x${(0xc0ffee0000n + BigInt(index)).toString(16).padStart(40, '0')}`,
      value: 1n,
    })
    for (let hash; hash === undefined && isLoading; ) {
      hash = await deliver(serializedTransaction)
      if (hash !== undefined) sent.set(hash, serializedTransaction)
      await sleep(pauseMs * accounts.length)
    }
  }
}

/** The hash once some node has taken it. */
async function deliver(serializedTransaction) {
  const candidates = up()
  const node = candidates[Math.floor(Math.random() * candidates.length)]
  try {
    return await node?.client.sendRawTransaction({ serializedTransaction })
  } catch (error) {
    // A node that was killed after it took the bytes may have passed them on.
    return /already known|nonce too low/.test(error.message) ? `known:${serializedTransaction.slice(-64)}` : undefined
  }
}

/** Notes every receipt that any node gives, once; what has none after a while is sent again elsewhere. */
async function collect() {
  while (isLoading || performance.now() < collectUntil) {
    for (const hash of [...sent.keys()].filter((hash) => hash.startsWith('0x') && !seen.has(hash))) {
      const candidates = up()
      const node = candidates[Math.floor(Math.random() * candidates.length)]
      const receipt = await node?.client.getTransactionReceipt({ hash }).catch(() => undefined)
      if (receipt !== undefined) seen.set(hash, { blockHash: receipt.blockHash, node: node.name })
      else if (Math.random() < 0.02)
        await node?.client.sendRawTransaction({ serializedTransaction: sent.get(hash) }).catch(() => undefined)
    }
    await sleep(100)
  }
}
let collectUntil = 0
const collecting = collect()
const loading = accounts.map(load)

const rows = []
/** One disturbance: what it does, how many blocks the others made meanwhile, how long until all agreed again. */
async function disturb(name, { begin, end, mustGoOn }) {
  const [before, startedMs] = [await height(), performance.now()]
  await begin()
  await sleep(disturbanceMs)
  const blocks = (await height()) - before
  if (mustGoOn && blocks === 0) failures.push(`${name}: the chain stood still although three of four were up`)
  const endedMs = performance.now()
  await end()
  const target = (await height()) + 1
  await eventually(`${name}: all at block ${target}`, async () =>
    (await Promise.all([...nodes.values()].map(heightOf))).every((one) => one >= target),
  )
  const recovery = ((performance.now() - endedMs) / 1000).toFixed(1)
  rows.push({ name, seconds: ((endedMs - startedMs) / 1000).toFixed(1), blocks, recovery })
  say(`${name}: ${blocks} blocks in ${((endedMs - startedMs) / 1000).toFixed(1)} s; all agree after ${recovery} s`)
}

const type = (line) => network.stdin.write(`${line}\n`)
const node = (index) => nodes.get(`node${index}`)
const kill = (index) => {
  node(index).isUp = false
  process.kill(node(index).pid, 'SIGKILL')
}
const start = async (index) => {
  type(`start ${index}`)
  await eventually(`node${index} serves`, async () => node(index).isUp)
}
const nothing = async () => undefined

await disturb('nothing', { begin: nothing, end: nothing, mustGoOn: true })
for (const index of [0, 1, 2, 3]) {
  await disturb(`kill -9 of node${index}`, {
    begin: async () => kill(index),
    end: () => start(index),
    mustGoOn: true,
  })
}
await disturb('kill -9 of node1 and node2 at once', {
  begin: async () => [1, 2].map(kill),
  end: async () => Promise.all([1, 2].map(start)),
  mustGoOn: false,
})
await disturb('SIGSTOP of node3', {
  begin: async () => {
    node(3).isUp = false
    process.kill(node(3).pid, 'SIGSTOP')
  },
  end: async () => {
    process.kill(node(3).pid, 'SIGCONT')
    node(3).isUp = true
  },
  mustGoOn: true,
})
await disturb("node0's chain is wiped", {
  begin: async () => {
    kill(0)
    await sleep(1_000)
    rmSync(node(0).dataDirectory, { recursive: true })
  },
  end: () => start(0),
  mustGoOn: true,
})
let follower
await disturb('a full node joins', {
  begin: nothing,
  end: () =>
    new Promise((resolve) => {
      const peers = [...nodes.values()].map(({ p2pAddress }) => p2pAddress).join(',')
      const words = ['--genesis', join(folder, 'net/genesis.json'), '--peer', peers, '--datadir', join(folder, 'late')]
      follower = run(['node', ...words, '--port', '0', '--json'], (event) => {
        if (event.kind !== 'ready') return
        nodes.set('late', { name: 'late', url: event.url, client: client(event.url), isUp: true })
        resolve()
      })
    }),
  mustGoOn: true,
})

isLoading = false
collectUntil = performance.now() + 20_000
await Promise.all(loading)
await collecting

const target = Math.min(...(await Promise.all([...nodes.values()].map(heightOf))))
const places = await Promise.all(
  [...nodes.values()].map(async ({ name, client }) => {
    const { hash, stateRoot } = await client.getBlock({ blockNumber: BigInt(target) })
    return { name, place: `${hash} ${stateRoot}` }
  }),
)
if (new Set(places.map(({ place }) => place)).size !== 1) failures.push(`nodes differ: ${JSON.stringify(places)}`)
for (const [hash, { blockHash }] of seen) {
  for (const { name, client } of nodes.values()) {
    const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined)
    if (receipt?.blockHash !== blockHash) failures.push(`${name} lost ${hash}, which had a receipt`)
  }
}

follower.kill('SIGTERM')
network.kill('SIGINT')
await new Promise((resolve) => network.once('exit', resolve))
rmSync(folder, { recursive: true, force: true })

process.stdout.write(
  [
    '| disturbance | lasted (s) | blocks meanwhile | all agree again after (s) |',
    '|---|---|---|---|',
    ...rows.map(({ name, seconds, blocks, recovery }) => `| ${name} | ${seconds} | ${blocks} | ${recovery} |`),
    '',
    `At block ${target} all ${nodes.size} nodes have one hash and one state root: ${failures.length === 0 ? 'yes' : 'NO'}.`,
    `${seen.size} transactions got a receipt; each is in the same block on every node.`,
    ...failures.map((failure) => `FAILED: ${failure}`),
    '',
  ].join('\n'),
)
process.exit(failures.length === 0 ? 0 : 1)

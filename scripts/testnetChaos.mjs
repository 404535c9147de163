/**
 * `npm run testnet:chaos`: four validators in real processes under load, while they are killed, paused and wiped.
 *
 *   --seconds n      how long each disturbance lasts (default 15)
 *   --rate n         transactions per second (default 20)
 *   --only <regexp>  only the disturbances whose names match
 *   --break <what>   root, receipt, standstill, or several with commas: makes that wrong; the run must then fail, and say why
 *
 * Passes when at the end all nodes, a late full node among them, have the same blocks and state roots, every transaction that
 * ever got a receipt is in the same block everywhere, the chain went on whenever three of four were up, and nothing became
 * final while only two were.
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
  options: {
    seconds: { type: 'string', default: '15' },
    rate: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    break: { type: 'string', default: '' },
  },
})
const broken = new Set(values.break.split(',').filter((what) => what !== ''))
const disturbanceMs = Number(values.seconds) * 1000
const pauseMs = 1000 / Number(values.rate)
const PATIENCE_MS = 180_000
/** What was on its way when nodes died has arrived after so long. */
const SETTLING_MS = 3_000
/** How often memory is looked at in each disturbance. */
const MEMORY_SAMPLES = 6
/** For the receipts of what was sent last. */
const LAST_RECEIPTS_MS = 20_000

/** What nodes are made to say, with `--break`: as if one had another state, and one had lost what it had executed. */
const LIES = {
  root: {
    node: 'node1',
    method: 'eth_getBlockByNumber',
    told: (block) => ({ ...block, stateRoot: `0x${'0'.repeat(64)}` }),
  },
  receipt: { node: 'node2', method: 'eth_getTransactionReceipt', told: () => null },
}

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

/** A node as it is seen from outside, lies included. */
function client(name, url) {
  const lies = Object.entries(LIES).flatMap(([what, lie]) => (broken.has(what) && lie.node === name ? [lie] : []))
  const open = http(url, { retryCount: 0, timeout: 5_000 })
  const transport = (parameters) => {
    const honest = open(parameters)
    const request = async (asked) => {
      const answer = await honest.request(asked)
      const lie = lies.find(({ method }) => method === asked.method)
      return lie === undefined ? answer : lie.told(answer)
    }
    return { ...honest, request }
  }
  return createPublicClient({ transport, pollingInterval: 100, cacheTime: 0 })
}

/** Nodes by name: url, pid, whether the run wants it up. */
const nodes = new Map()
const up = () => [...nodes.values()].filter(({ isUp }) => isUp)
const heightOf = ({ client }) => client.getBlockNumber({ cacheTime: 0 }).then(Number)
/** What consensus calls final, executed or not. */
const finalHeightOf = async ({ client }) =>
  Number((await client.request({ method: 'evmpp_getConsensusState' })).finalized.height)
const highest = async (heightOf) => Math.max(...(await Promise.all(up().map((node) => heightOf(node).catch(() => 0)))))
const height = () => highest(heightOf)
/** Of the node that has most, in MiB. */
async function memoryMiB() {
  const texts = await Promise.all(
    up().map(({ metricsUrl }) =>
      metricsUrl === undefined ? '' : fetch(`${metricsUrl}/metrics`).then((one) => one.text()),
    ),
  )
  const bytes = texts.map((text) => Number(/^process_resident_memory_bytes (.+)$/m.exec(text)?.[1] ?? 0))
  return Math.round(Math.max(...bytes) / 2 ** 20)
}
const finalHeight = () => highest(finalHeightOf)

let hearReady
const ready = new Promise((resolve) => {
  hearReady = resolve
})
const words = ['testnet', '--validators', '4', '--dir', join(folder, 'net'), '--port', '0', '--json']
const network = run(words, (event) => {
  if (event.kind === 'started') {
    const { name, rpcUrl, pid, dataDirectory, p2pAddress, metricsUrl } = event
    nodes.set(name, { name, pid, dataDirectory, p2pAddress, metricsUrl, client: client(name, rpcUrl), isUp: true })
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
  const missing = () => [...sent.keys()].filter((hash) => hash.startsWith('0x') && !seen.has(hash))
  while (isLoading || (missing().length > 0 && performance.now() < collectUntil)) {
    for (const hash of missing()) {
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
const wanted = new RegExp(values.only)
/** One disturbance: what it does, how many blocks became final meanwhile, how long until all agreed again. */
async function disturb(name, { begin, end, hasQuorum }) {
  if (!wanted.test(name)) return
  const [receiptsBefore, startedMs] = [seen.size, performance.now()]
  await begin()
  if (broken.has('standstill') && hasQuorum) [1, 2].map(kill)
  await sleep(SETTLING_MS)
  const before = await finalHeight()
  const memory = []
  for (let part = 0; part <= MEMORY_SAMPLES; part += 1) {
    memory.push(await memoryMiB().catch(() => '-'))
    if (part < MEMORY_SAMPLES) await sleep(disturbanceMs / MEMORY_SAMPLES)
  }
  const blocks = (await finalHeight()) - before
  if (hasQuorum && blocks === 0) failures.push(`${name}: the chain stood still although three of four were up`)
  if (!hasQuorum && blocks > 0) failures.push(`${name}: ${blocks} blocks became final without a quorum`)
  const endedMs = performance.now()
  await end()
  if (broken.has('standstill') && hasQuorum) await Promise.all([1, 2].map(start))
  const target = (await height()) + 1
  await eventually(`${name}: all at block ${target}`, async () =>
    (await Promise.all([...nodes.values()].map(heightOf))).every((one) => one >= target),
  )
  const recovery = ((performance.now() - endedMs) / 1000).toFixed(1)
  const seconds = ((endedMs - startedMs) / 1000).toFixed(1)
  rows.push({ name, seconds, blocks, receipts: seen.size - receiptsBefore, recovery, memory: memory.join(', ') })
  say(`${name}: ${blocks} blocks in ${values.seconds} s; all agree after ${recovery} s`)
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

await disturb('nothing', { begin: nothing, end: nothing, hasQuorum: true })
for (const index of [0, 1, 2, 3]) {
  await disturb(`kill -9 of node${index}`, {
    begin: async () => kill(index),
    end: () => start(index),
    hasQuorum: true,
  })
}
await disturb('kill -9 of node1 and node2 at once', {
  begin: async () => [1, 2].map(kill),
  end: async () => Promise.all([1, 2].map(start)),
  hasQuorum: false,
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
  hasQuorum: true,
})
await disturb("node0's chain is wiped", {
  begin: async () => {
    kill(0)
    await sleep(1_000)
    rmSync(node(0).dataDirectory, { recursive: true })
  },
  end: () => start(0),
  hasQuorum: true,
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
        nodes.set('late', { name: 'late', client: client('late', event.url), isUp: true })
        resolve()
      })
    }),
  hasQuorum: true,
})

isLoading = false
collectUntil = performance.now() + LAST_RECEIPTS_MS
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
for (const { name, client } of nodes.values()) {
  const lost = []
  for (const [hash, { blockHash }] of seen) {
    const receipt = await client.getTransactionReceipt({ hash }).catch(() => undefined)
    if (receipt?.blockHash !== blockHash) lost.push(hash)
  }
  if (lost.length > 0)
    failures.push(`${name} lost ${lost.length} of ${seen.size} transactions with a receipt: ${lost[0]}`)
}

if (seen.size === 0) failures.push('no transaction got a receipt: there was no load')

follower?.kill('SIGTERM')
network.kill('SIGINT')
await new Promise((resolve) => network.once('exit', resolve))
rmSync(folder, { recursive: true, force: true })

process.stdout.write(
  [
    '| disturbance | lasted (s) | blocks meanwhile | receipts | all agree again after (s) | memory of the largest node meanwhile (MiB) |',
    '|---|---|---|---|---|---|',
    ...rows.map(
      ({ name, seconds, blocks, receipts, recovery, memory }) =>
        `| ${name} | ${seconds} | ${blocks} | ${receipts} | ${recovery} | ${memory} |`,
    ),
    '',
    `${nodes.size} nodes were compared at block ${target}, and ${seen.size} transactions that got a receipt on each of them: ${failures.length === 0 ? 'all agree' : 'THE RUN FAILED'}.`,
    ...failures.map((failure) => `FAILED: ${failure}`),
    '',
  ].join('\n'),
)
process.exit(failures.length === 0 ? 0 : 1)

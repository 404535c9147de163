/**
 * `npm run testnet:kills`: four validators in real processes under a steady load of transfers; one after the other is killed
 * with -9 and started again.
 *
 *   --kills n        how often (default 10)
 *   --seconds n      from one kill to the next, at least (default 24)
 *   --down n         seconds until the killed one is started again (default 4)
 *   --rate n         transactions per second (default 30)
 *   --calm n         seconds without load at the end (default 10)
 *   --lose n         counts every n-th accepted transaction as lost: the run must then fail (default 0: none)
 *   --port n         the first node's RPC (default 0: free ports)
 *   --keep           keeps the folder, which it names
 *
 * Passes when at least 99.9 % of the transactions that some node accepted are in a block after the calm, in the same one at all
 * nodes, and every validator that was started again answered within a minute and voted again at the end.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { keccak256 } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { ensureBuilt, root, say } from './project.mjs'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '24' },
    down: { type: 'string', default: '4' },
    rate: { type: 'string', default: '30' },
    calm: { type: 'string', default: '10' },
    lose: { type: 'string', default: '0' },
    port: { type: 'string', default: '0' },
    keep: { type: 'boolean', default: false },
  },
})
const LEAST_SHARE = 0.999
/** A node that was started serves within this time, or the run fails. */
const START_MS = 60_000
const REQUEST_MS = 5_000
const SENDERS = 10
const [kills, loseEvery] = [Number(values.kills), Number(values.lose)]

ensureBuilt()
const folder = mkdtempSync(join(tmpdir(), 'evmpp-kills-'))
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const failures = []
/** Nodes by name: their addresses, their process, whether the run wants them up. */
const nodes = new Map()
const up = () => [...nodes.values()].filter(({ isUp }) => isUp)

async function ask(url, method, params = []) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(REQUEST_MS) })
  const { result, error } = await response.json()
  if (error !== undefined) throw new Error(error.message)
  return result
}

const listeners = new Set()
const words = ['testnet', '--validators', '4', '--dir', join(folder, 'net'), '--port', values.port, '--json']
const network = spawn(process.execPath, [join(root, 'dist/cli.js'), ...words], { stdio: ['pipe', 'pipe', 'inherit'] })
createInterface({ input: network.stdout }).on('line', (line) => {
  const event = JSON.parse(line)
  if (event.kind === 'started') nodes.set(event.name, { ...event, isUp: true })
  if (event.kind === 'exited' && event.code !== null && !event.isExpected)
    failures.push(`${event.name} ended by itself with ${event.code}: ${event.last}`)
  if (event.kind === 'warning') say(`  ${event.node}: ${event.message}`)
  for (const listener of [...listeners]) listener(event)
})
network.on('exit', (code) => {
  if (code === 0) return
  say(`the network ended with ${code}`)
  process.exit(1)
})

/** The next event that fits; undefined when it does not come in time. */
function next(fits, patienceMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(undefined), patienceMs)
    const settle = (event) => {
      clearTimeout(timer)
      listeners.delete(hear)
      resolve(event)
    }
    const hear = (event) => {
      if (fits(event)) settle(event)
    }
    listeners.add(hear)
  })
}

/** Each sender has one transfer after the other accepted; what gets no answer is sent again elsewhere, as it is. */
const accepted = new Set()
let isLoading = true
async function load(index) {
  const account = mnemonicToAccount('test test test test test test test test test test test junk', {
    addressIndex: index,
  })
  for (let nonce = 0; isLoading; nonce += 1) {
    const raw = await account.signTransaction({
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
      hash = await deliver(raw)
      if (hash !== undefined) accepted.add(hash)
      await sleep((1000 * SENDERS) / Number(values.rate))
    }
  }
}

/** The hash, once some node has taken it; undefined when none said so, which is no acceptance. */
async function deliver(raw) {
  const candidates = up()
  const node = candidates[Math.floor(Math.random() * candidates.length)]
  try {
    return node === undefined ? undefined : await ask(node.rpcUrl, 'eth_sendRawTransaction', [raw])
  } catch (error) {
    // The node that was killed had taken it, after all, and passed it on.
    return /already known|nonce too low/i.test(error.message) ? keccak256(raw) : undefined
  }
}

/** Kills one, starts it again, and says how long that took. */
async function killAndRestart(index) {
  const name = `node${index}`
  const node = nodes.get(name)
  node.isUp = false
  process.kill(node.pid, 'SIGKILL')
  await sleep(Number(values.down) * 1000)
  const startedMs = performance.now()
  const started = next((event) => event.kind === 'started' && event.name === name, START_MS)
  network.stdin.write(`start ${index}\n`)
  if ((await started) === undefined) {
    failures.push(`${name} did not serve ${START_MS / 1000} s after it was started`)
    return
  }
  const servesMs = performance.now() - startedMs
  const heads = await Promise.all(up().map((one) => ask(one.rpcUrl, 'eth_blockNumber').then(Number, () => 0)))
  const target = Math.max(...heads)
  const reached = async () => Number(await ask(nodes.get(name).rpcUrl, 'eth_blockNumber').catch(() => 0)) >= target
  while (!(await reached()) && performance.now() - startedMs < START_MS) await sleep(100)
  rows.push({ name, serves: servesMs, current: performance.now() - startedMs, accepted: accepted.size, target })
  say(`${name}: serves after ${(servesMs / 1000).toFixed(1)} s, ${rows.length} of ${kills} kills`)
}

if ((await next(({ kind }) => kind === 'ready', 5 * START_MS)) === undefined) failures.push('the network did not begin')
const rows = []
const loading = Array.from({ length: SENDERS }, (_, index) => load(index))
await sleep(5_000)
const begunMs = performance.now()
for (let kill = 0; kill < kills && failures.length === 0; kill += 1) {
  const nextMs = performance.now() + Number(values.seconds) * 1000
  await killAndRestart(kill % 4)
  await sleep(Math.max(0, nextMs - performance.now()))
}
const lastedS = (performance.now() - begunMs) / 1000
isLoading = false
await Promise.all(loading)
await sleep(Number(values.calm) * 1000)

/** Where a node has these transactions: block hashes by transaction hash. */
async function placesAt({ rpcUrl }) {
  const places = new Map()
  for (const hash of accepted) {
    const receipt = await ask(rpcUrl, 'eth_getTransactionReceipt', [hash]).catch(() => null)
    if (receipt !== null) places.set(hash, receipt.blockHash)
  }
  return places
}

const hashes = [...accepted]
const [first, ...others] = await Promise.all([...nodes.values()].map(placesAt))
const mined = hashes.filter((hash, index) => first.has(hash) && (loseEvery === 0 || index % loseEvery !== 0))
const share = mined.length / hashes.length
if (!(share >= LEAST_SHARE))
  failures.push(`only ${mined.length} of ${hashes.length} accepted transactions are in a block`)
for (const [index, places] of others.entries()) {
  const differs = mined.filter((hash) => places.get(hash) !== first.get(hash))
  if (differs.length > 0)
    failures.push(`node${index + 1} has ${differs.length} of them elsewhere or not: ${differs[0]}`)
}
for (const { name, rpcUrl } of nodes.values()) {
  const state = await ask(rpcUrl, 'evmpp_getConsensusState').catch(() => undefined)
  if (state?.isVoting !== true) failures.push(`${name} does not vote: ${state?.whyNotVoting ?? 'it does not answer'}`)
}

network.kill('SIGINT')
await new Promise((resolve) => network.once('exit', resolve))
if (values.keep) say(folder)
else rmSync(folder, { recursive: true, force: true })

const seconds = (ms) => (ms / 1000).toFixed(1)
process.stdout.write(
  [
    '| killed | serves after (s) | has the newest block after (s) | at block |',
    '|---|---|---|---|',
    ...rows.map(
      ({ name, serves, current, target }) => `| ${name} | ${seconds(serves)} | ${seconds(current)} | ${target} |`,
    ),
    '',
    `${rows.length} kills in ${lastedS.toFixed(0)} s; ${hashes.length} transactions accepted, ${mined.length} of them in a block after ${values.calm} s of calm: ${(100 * share).toFixed(2)} %.`,
    ...failures.map((failure) => `FAILED: ${failure}`),
    '',
  ].join('\n'),
)
process.exit(failures.length === 0 ? 0 : 1)

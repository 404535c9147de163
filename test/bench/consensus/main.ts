/**
 * `npm run bench -- consensus`: networks of real processes on this machine, measured from outside.
 *
 *   --validators 4,7      sizes, one network after the other
 *   --seconds 20          of rest, and of a dead leader
 *   --transactions 5000   of the load, sent by one client to one node
 *   --block-time 0.25     least seconds between two blocks
 *   --delta 250           ms, an upper bound for a message's way
 *
 * Each row is printed as it is measured. After each phase all validators must have one block and one state root; every
 * transfer must have a receipt that says success.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { DEV_MNEMONIC, deriveAccounts } from '../../../src/node/devAccounts.ts'
import { newSender, receipts, type Sender, sendAll, sleep, transfer } from './client.ts'
import { type Arrival, MeasuredNet, type Reading } from './measuredNet.ts'

const { values } = parseArgs({
  options: {
    validators: { type: 'string', default: '4,7' },
    seconds: { type: 'string', default: '20' },
    transactions: { type: 'string', default: '5000' },
    'block-time': { type: 'string', default: '0.25' },
    delta: { type: 'string', default: '250' },
  },
})
const seconds = Number(values.seconds)
const transactions = Number(values.transactions)
const SINGLE_TRANSACTIONS = 20
const SENDERS = 100
/** prom-client's: `monitorEventLoopDelay` counts the timer's own time in. */
const LOOP_TIMER_MS = 10

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
const bytes = (value: number) => `${Math.round(value)} bytes`
const quantile = (numbers: readonly number[], part: number) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? Number.NaN
const intervalsOf = (arrivals: readonly Arrival[]) =>
  arrivals.slice(1).map(({ atMs }, index) => atMs - (arrivals[index]?.atMs ?? atMs))

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(56)}${value}\n`)
}

async function printAgreement(net: MeasuredNet): Promise<void> {
  print('all validators agree', `on block ${await net.checkAgreement()} and its state root`)
}

/** What came between two readings. */
function between(before: Reading, after: Reading) {
  const count = after.commits.count - before.commits.count
  return {
    latencyMs: (1000 * (after.commits.seconds - before.commits.seconds)) / count,
    signatures: after.signatures.count - before.signatures.count,
    signatureMs: 1000 * (after.signatures.seconds - before.signatures.seconds),
    rounds: (after.commits.rounds - before.commits.rounds) / count,
    messages: [...after.messages].map(([kind, { count, bytes }]) => {
      const earlier = before.messages.get(kind) ?? { count: 0, bytes: 0 }
      return { kind, count: count - earlier.count, bytes: bytes - earlier.bytes }
    }),
  }
}

function printLoopDelay(when: string, { loopDelayMs: { mean, p99, max } }: Reading): void {
  // A timer of 10 ms is what is late or not.
  const late = [mean, p99, max].map((delay) => ms(Math.max(0, delay - LOOP_TIMER_MS)))
  print(`event loop late ${when}, worst validator`, `mean ${late[0]}, p99 ${late[1]}, longest ${late[2]}`)
}

/** Without load. The median time between blocks, in ms, and what a proposal without transactions has of bytes. */
async function measureRest(net: MeasuredNet): Promise<{ readonly intervalMs: number; readonly proposalBytes: number }> {
  const size = net.validators.length
  const before = await net.read()
  const processorBefore = net.processorSeconds()
  const { arrivals, stop } = net.watchBlocks()
  await sleep(seconds * 1000)
  stop()
  const processor = net.processorSeconds() - processorBefore
  const after = await net.read()
  const { latencyMs, rounds, messages, signatures, signatureMs } = between(before, after)
  const intervals = intervalsOf(arrivals)
  const intervalMs = quantile(intervals, 0.5)
  print('blocks without load', `${arrivals.length} in ${seconds} s`)
  print('time between blocks', `median ${ms(intervalMs)}, p90 ${ms(quantile(intervals, 0.9))}`)
  print('from a block to its finality, mean', `${rounds.toFixed(2)} rounds, ${ms(latencyMs)}`)
  print('processor per empty block and validator', ms((1000 * processor) / size / arrivals.length))
  const blocks = size * arrivals.length
  print(
    'signatures made and checked per block and validator',
    `${(signatures / blocks).toFixed(1)}, together ${ms(signatureMs / blocks)} of its main thread`,
  )
  for (const { kind, count, bytes: sum } of messages.filter(({ count }) => count > 0)) {
    print(`  ${kind}`, `${bytes(sum / count)} each, ${(count / arrivals.length).toFixed(1)} per block`)
  }
  const all = messages.reduce((sum, message) => sum + message.bytes, 0)
  print('consensus, per empty block, sent by all together', bytes(all / arrivals.length))
  printLoopDelay('without load', after)
  const proposal = messages.find(({ kind }) => kind === 'proposal')
  return { intervalMs, proposalBytes: (proposal?.bytes ?? 0) / (proposal?.count ?? 1) }
}

async function measureSingles({ first }: MeasuredNet, rich: Sender, intervalMs: number): Promise<void> {
  const waits: number[] = []
  for (let index = 0; index < SINGLE_TRANSACTIONS; index += 1) {
    const begin = performance.now()
    const [hash = ''] = await sendAll(first.rpcUrl, [transfer(rich, rich.address, 1n)])
    await receipts(first.rpcUrl, [hash], 5)
    waits.push(performance.now() - begin)
    // Not in step with the blocks.
    await sleep(37 * (index % 7))
  }
  const wait = quantile(waits, 0.5)
  print(
    'sent to executed, final and in a receipt',
    `median ${ms(wait)} (${(wait / intervalMs).toFixed(1)} blocks), p90 ${ms(quantile(waits, 0.9))}`,
  )
}

/** As many transfers as one client sends, until the last receipt. */
async function measureLoad(net: MeasuredNet, rich: Sender, emptyProposalBytes: number): Promise<void> {
  const { rpcUrl } = net.first
  const senders = Array.from({ length: SENDERS }, (_, index) => newSender(index))
  const funding = senders.map(({ address }) => transfer(rich, address, 10n ** 18n))
  await receipts(rpcUrl, await sendAll(rpcUrl, funding), 200)
  // What was credited counts for ordering three blocks later.
  await sleep(2_000)
  const raws = Array.from({ length: transactions }, (_, index) => {
    const sender = senders[index % senders.length]
    if (sender === undefined) throw new Error('there are senders')
    return transfer(sender, newSender(10_000 + index).address, 1n)
  })
  const before = await net.read()
  const processorBefore = net.processorSeconds()
  const { arrivals, stop } = net.watchBlocks()
  const begin = performance.now()
  await receipts(rpcUrl, await sendAll(rpcUrl, raws), 100)
  const tookSeconds = (performance.now() - begin) / 1000
  stop()
  const processor = net.processorSeconds() - processorBefore
  const after = await net.read()
  const full = arrivals.filter((block) => block.transactions > 0)
  const rate = `${transactions} in ${tookSeconds.toFixed(1)} s = ${Math.round(transactions / tookSeconds)}/s`
  print('transfers, sent to the last receipt', `${rate}, ${full.length} blocks`)
  print('processor per transfer and validator', ms((1000 * processor) / transactions / net.validators.length))
  const { rounds, latencyMs, messages } = between(before, after)
  print('from a block to its finality under load, mean', `${rounds.toFixed(2)} rounds, ${ms(latencyMs)}`)
  const proposal = messages.find(({ kind }) => kind === 'proposal')
  if (proposal !== undefined) {
    // A proposal goes to every other validator.
    const bodies = (proposal.bytes - proposal.count * emptyProposalBytes) / (net.validators.length - 1)
    print('a proposal under load', `${bytes(proposal.bytes / proposal.count)}`)
    print('bodies per transfer, to each validator', bytes(bodies / transactions))
  }
  printLoopDelay('under load', after)
}

/**
 * Kills the last validator. A round without a block is lost: each of the dead one's turns must lose its own, and no other's
 * turn any.
 */
async function measureDeadLeader(net: MeasuredNet, intervalMs: number): Promise<void> {
  const last = net.validators.length - 1
  const dead = net.validators[last]?.validatorId
  net.kill(last)
  // What it proposed before is final by then.
  await sleep(4 * intervalMs + 2_000)
  const { arrivals, stop } = net.watchBlocks()
  const begin = performance.now()
  await sleep(seconds * 1000)
  stop()
  const elapsedMs = performance.now() - begin
  const [first, newest] = [arrivals[0]?.number, arrivals.at(-1)?.number]
  if (first === undefined || newest === undefined) throw new Error('no block although all but one are up')
  const rounds = await net.rounds(first, newest)
  const [from = 0, to = 0] = [rounds[0], rounds.at(-1)]
  const all = Array.from({ length: to - from }, (_, index) => from + index)
  const lost = all.filter((round) => !rounds.includes(round))
  const turns = all.filter((round) => net.leader(round) === dead)
  const others = lost.filter((round) => net.leader(round) !== dead)
  print(
    `one of ${last + 1} dead: rounds without a block`,
    `${lost.length} of ${all.length}; ${turns.length} were its turn`,
  )
  print('  of these in the turn of a live validator', `${others.length}`)
  if (turns.some((round) => !lost.includes(round)))
    throw new Error('a block was certified in the round of a dead leader')
  const blocks = newest - first + 1
  if (lost.length > 0) print('time lost per lost round', ms((elapsedMs - blocks * intervalMs) / lost.length))
  print('longest pause of the chain', ms(Math.max(...intervalsOf(arrivals))))
  const again = performance.now()
  await net.startAgain(last, newest)
  print('started again until caught up', ms(performance.now() - again))
}

async function measure(size: string): Promise<void> {
  print(`${size} VALIDATORS`, `each votes every ${values['block-time']} s at most, delta ${values.delta} ms`)
  const net = await MeasuredNet.start([
    '--validators',
    size,
    '--block-time',
    values['block-time'],
    '--delta',
    values.delta,
  ])
  try {
    const [account] = deriveAccounts(DEV_MNEMONIC, 1)
    if (account === undefined) throw new Error('there are accounts')
    const rich: Sender = { key: account.privateKey, address: account.address, nonce: 0n }
    const { intervalMs, proposalBytes } = await measureRest(net)
    await measureSingles(net, rich, intervalMs)
    await printAgreement(net)
    await measureLoad(net, rich, proposalBytes)
    await printAgreement(net)
    await measureDeadLeader(net, intervalMs)
    await printAgreement(net)
  } finally {
    await net.stop()
  }
}

print('machine', `${cpus()[0]?.model} x ${cpus().length}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`)
for (const size of values.validators.split(',')) await measure(size)

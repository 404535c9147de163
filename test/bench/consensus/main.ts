/**
 * `npm run bench -- consensus [--validators 4] [--seconds 20] [--transactions 3000] [--block-time 0.25]`: a network of real
 * processes on this machine, measured from outside: the time between blocks without load, from sending a transaction to its
 * receipt, transfers per second with their receipts, and what a dead leader costs. Checks that all nodes agree on the way.
 */
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { DEV_MNEMONIC, deriveAccounts } from '../../../src/node/devAccounts.ts'
import {
  type Address,
  addressOfPrivateKey,
  type Bytes,
  EMPTY_BYTES,
  keccak256,
  signTransaction,
  toHex,
  wordToBytes,
} from '../../../src/primitives/index.ts'
import { startTestnet, type TestnetProcess, type TestnetValidator } from '../../harness/testnetProcess.ts'

const { values } = parseArgs({
  options: {
    validators: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '20' },
    transactions: { type: 'string', default: '3000' },
    'block-time': { type: 'string', default: '0.25' },
    delta: { type: 'string', default: '250' },
  },
})
const validators = Number(values.validators)
const seconds = Number(values.seconds)
const transactions = Number(values.transactions)

/** Clock ticks of /proc/<pid>/stat in a second: USER_HZ, 100 on every Linux. */
const TICKS_PER_SECOND = 100
const GWEI = 10n ** 9n

type Rpc = <result>(method: string, params?: readonly unknown[]) => Promise<result>

function rpcTo({ rpcUrl }: TestnetValidator): Rpc {
  return async <result>(method: string, params: readonly unknown[] = []) => {
    const answer = await post(rpcUrl, { jsonrpc: '2.0', id: 1, method, params })
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`)
    return answer.result as result
  }
}

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } }

async function post<answer = Answer>(url: string, body: object): Promise<answer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return (await response.json()) as answer
}

type Arrival = { readonly number: number; readonly atMs: number; readonly transactions: number }

/** Arrival of each block at one node, until `stop`. */
function watchBlocks(net: TestnetProcess, name: string) {
  const arrivals: Arrival[] = []
  let isOver = false
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const event = await net.next(({ kind, node }) => kind === 'block' && node === name)
      if (isOver) return
      arrivals.push({ number: Number(event.number), atMs: performance.now(), transactions: Number(event.transactions) })
    }
  }
  // It ends with the network at the latest.
  watch().catch(() => undefined)
  return {
    arrivals,
    stop() {
      isOver = true
    },
  }
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const quantile = (numbers: readonly number[], part: number) =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? Number.NaN
const gaps = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] ?? time))
const ms = (value: number) => `${Math.round(value)} ms`

/** Processor time of these processes so far, in seconds. */
function processorSeconds(nodes: readonly TestnetValidator[]): number {
  return nodes.reduce((sum, { pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  }, 0)
}

type Sender = { readonly key: Bytes; readonly address: Address; nonce: bigint }

function transfer(sender: Sender, to: Address, valueWei: bigint): Bytes {
  const { raw } = signTransaction(
    {
      type: 2,
      chainId: 31_337n,
      nonce: sender.nonce,
      gasLimit: 21_000n,
      to,
      valueWei,
      data: EMPTY_BYTES,
      maxFeePerGasWei: 100n * GWEI,
      maxPriorityFeePerGasWei: GWEI,
      accessList: [],
      maxFeePerBlobGasWei: 0n,
      blobVersionedHashes: [],
      authorizations: [],
    },
    sender.key,
  )
  sender.nonce += 1n
  return raw
}

function newSender(index: number): Sender {
  const key = keccak256(wordToBytes(BigInt(index) + 1_000_000n))
  return { key, address: addressOfPrivateKey(key), nonce: 0n }
}

/** Asks every `everyMs`; under load rarely, for the node that is asked works on answers too. */
async function receipt(rpc: Rpc, hash: string, everyMs: number): Promise<void> {
  while ((await rpc('eth_getTransactionReceipt', [hash])) === null) await sleep(everyMs)
}

async function sendAll(url: string, raws: readonly Bytes[]): Promise<readonly string[]> {
  const hashes: string[] = []
  for (let from = 0; from < raws.length; from += 100) {
    const batch = raws.slice(from, from + 100).map((raw, id) => ({
      jsonrpc: '2.0',
      id,
      method: 'eth_sendRawTransaction',
      params: [toHex(raw)],
    }))
    const answers = await post<readonly Answer[]>(url, batch)
    for (const { result, error } of answers) {
      if (error !== undefined) throw new Error(error.message)
      hashes.push(String(result))
    }
  }
  return hashes
}

/** Without load: blocks, and single transactions. */
async function measureIdle(net: TestnetProcess, node: TestnetValidator, rich: Sender): Promise<void> {
  const before = processorSeconds(net.validators)
  const { arrivals, stop } = watchBlocks(net, node.name)
  await sleep(seconds * 1000)
  stop()
  const intervals = gaps(arrivals.map(({ atMs }) => atMs))
  const cost = (processorSeconds(net.validators) - before) / validators / Math.max(1, arrivals.length)
  print('blocks without load', `${arrivals.length} in ${seconds} s`)
  print('time between blocks', `median ${ms(quantile(intervals, 0.5))}, p90 ${ms(quantile(intervals, 0.9))}`)
  print('processor per block and validator', `${(cost * 1000).toFixed(1)} ms`)

  const rpc = rpcTo(node)
  const waits: number[] = []
  for (let index = 0; index < 20; index += 1) {
    const begin = performance.now()
    const [hash = ''] = await sendAll(node.rpcUrl, [transfer(rich, rich.address, 1n)])
    await receipt(rpc, hash, 5)
    waits.push(performance.now() - begin)
    await sleep(37 * (index % 7))
  }
  const interval = quantile(intervals, 0.5)
  const wait = quantile(waits, 0.5)
  print(
    'sent to executed, final and in a receipt',
    `median ${ms(wait)} (${(wait / interval).toFixed(1)} blocks), p90 ${ms(quantile(waits, 0.9))}`,
  )
}

/** As many transfers as one client sends, until the last receipt. */
async function measureLoad(net: TestnetProcess, node: TestnetValidator, rich: Sender): Promise<void> {
  const rpc = rpcTo(node)
  const senders = Array.from({ length: 100 }, (_, index) => newSender(index))
  const funded = await sendAll(
    node.rpcUrl,
    senders.map(({ address }) => transfer(rich, address, 10n ** 18n)),
  )
  for (const hash of funded) await receipt(rpc, hash, 200)
  // What was credited counts for ordering three blocks later.
  await sleep(2_000)
  const raws = Array.from({ length: transactions }, (_, index) => {
    const sender = senders[index % senders.length]
    if (sender === undefined) throw new Error('there are senders')
    return transfer(sender, newSender(10_000 + index).address, 1n)
  })
  const { arrivals, stop } = watchBlocks(net, node.name)
  const before = processorSeconds(net.validators)
  const begin = performance.now()
  const hashes = await sendAll(node.rpcUrl, raws)
  for (const hash of hashes) await receipt(rpc, hash, 200)
  const tookSeconds = (performance.now() - begin) / 1000
  stop()
  const full = arrivals.filter((block) => block.transactions > 0)
  const cost = (processorSeconds(net.validators) - before) / transactions
  print(
    'transfers',
    `${transactions} in ${tookSeconds.toFixed(1)} s = ${Math.round(transactions / tookSeconds)}/s, ${full.length} blocks`,
  )
  print('processor per transfer, all validators', `${(cost * 1000).toFixed(2)} ms`)
}

/** Kills one and looks at the longest pauses of the others. */
async function measureDeadLeader(net: TestnetProcess, node: TestnetValidator): Promise<void> {
  const last = net.validators.at(-1)
  if (last === undefined) return
  const { arrivals, stop } = watchBlocks(net, node.name)
  net.type(`kill ${validators - 1}`)
  await sleep(seconds * 1000)
  stop()
  const intervals = gaps(arrivals.map(({ atMs }) => atMs))
  const usual = quantile(intervals, 0.25)
  // A block that is final late because of a failed round comes together with the one before it.
  const long = intervals.filter((interval) => interval > 2.5 * usual)
  print(`one of ${validators} dead`, `${arrivals.length} blocks in ${seconds} s, ${long.length} pauses`)
  print('a pause for a dead leader', `median ${ms(quantile(long, 0.5))}, longest ${ms(Math.max(...long))}`)
  const begin = performance.now()
  net.type(`start ${validators - 1}`)
  await net.next((event) => event.kind === 'started' && event.name === last.name)
  const target = Math.max(...arrivals.map(({ number }) => number))
  await net.next((event) => event.kind === 'block' && event.node === last.name && Number(event.number) >= target)
  print('started again until caught up', ms(performance.now() - begin))
}

async function checkAgreement(net: TestnetProcess): Promise<void> {
  const heads = await Promise.all(net.validators.map((node) => rpcTo(node)<string>('eth_blockNumber')))
  const height = `0x${Math.min(...heads.map(Number)).toString(16)}`
  const blocks = await Promise.all(
    net.validators.map((node) => rpcTo(node)<{ readonly hash: string }>('eth_getBlockByNumber', [height, false])),
  )
  if (new Set(blocks.map(({ hash }) => hash)).size !== 1) throw new Error(`the nodes do not agree on block ${height}`)
  print('all nodes agree', `on block ${Number(height)}`)
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(44)}${value}\n`)
}

print('machine', `${cpus()[0]?.model} x ${cpus().length}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`)
print('validators', `${validators}, a block each ${values['block-time']} s at best`)
const net = await startTestnet([
  '--validators',
  values.validators,
  '--block-time',
  values['block-time'],
  '--delta',
  values.delta,
])
try {
  const [node] = net.validators
  const [account] = deriveAccounts(DEV_MNEMONIC, 1)
  if (node === undefined || account === undefined) throw new Error('a network has nodes and accounts')
  const rich: Sender = { key: account.privateKey, address: account.address, nonce: 0n }
  await measureIdle(net, node, rich)
  await measureLoad(net, node, rich)
  await measureDeadLeader(net, node)
  await checkAgreement(net)
} finally {
  await net.end('SIGTERM')
}

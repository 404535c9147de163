/** A network of processes, and what can be read of it from outside. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBlstScheme, stakeWeightedLeader } from '../../../src/consensus/index.ts'
import { parseNetworkGenesis } from '../../../src/node/setup/networkGenesis.ts'
import { startTestnet, type TestnetProcess, type TestnetValidator } from '../../harness/testnetProcess.ts'
import { rpcTo, sleep } from './client.ts'

/** Clock ticks of /proc/<pid>/stat in a second: USER_HZ, 100 on every Linux. */
const TICKS_PER_SECOND = 100

/** When a block was there, executed and final, at the node that is watched. */
export type Arrival = { readonly number: number; readonly atMs: number; readonly transactions: number }

/** Sums over the validators that run, of counters since the start. Event loops: since the reading before. */
export type Reading = {
  readonly messages: ReadonlyMap<string, { readonly count: number; readonly bytes: number }>
  readonly commits: { readonly count: number; readonly seconds: number; readonly rounds: number }
  /** Signatures made, checked and added up. */
  readonly signatures: { readonly count: number; readonly seconds: number }
  /** Of the validator whose event loop was late most. */
  readonly loopDelayMs: { readonly mean: number; readonly p99: number; readonly max: number }
}

export class MeasuredNet {
  readonly #net: TestnetProcess
  readonly #folder: string
  /** Who leads a round of the first epoch: its validator id. */
  readonly leader: (round: number) => string | undefined

  private constructor(net: TestnetProcess, folder: string) {
    this.#net = net
    this.#folder = folder
    const genesis: unknown = JSON.parse(readFileSync(join(folder, 'net/genesis.json'), 'utf8'))
    const { validators } = parseNetworkGenesis(genesis, createBlstScheme())
    this.leader = (round) => validators.validators[stakeWeightedLeader(validators, round)]?.id
  }

  static async start(args: readonly string[]): Promise<MeasuredNet> {
    const folder = mkdtempSync(join(tmpdir(), 'evmpp-bench-'))
    return new MeasuredNet(await startTestnet([...args, '--dir', join(folder, 'net')]), folder)
  }

  async stop(): Promise<void> {
    await this.#net.end('SIGTERM')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get validators(): readonly TestnetValidator[] {
    return this.#net.validators
  }

  /** The node that clients talk to. */
  get first(): TestnetValidator {
    const [first] = this.validators
    if (first === undefined) throw new Error('a network has nodes')
    return first
  }

  /** Arrival of each block at the first node, until `stop`. */
  watchBlocks(): { readonly arrivals: readonly Arrival[]; stop(): void } {
    const arrivals: Arrival[] = []
    let isOver = false
    const watch = async (): Promise<void> => {
      while (!isOver) {
        const event = await this.#net.next(({ kind, node }) => kind === 'block' && node === this.first.name)
        const block = { number: Number(event.number), transactions: Number(event.transactions) }
        if (!isOver) arrivals.push({ ...block, atMs: performance.now() })
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

  /** Processor time of all validators so far, in seconds, all threads counted. */
  processorSeconds(): number {
    return this.validators.reduce((sum, { pid }) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
    }, 0)
  }

  async read(): Promise<Reading> {
    const texts = await Promise.all(
      this.validators.map(async ({ metricsUrl }) => (await fetch(`${metricsUrl}/metrics`)).text()),
    )
    return readingOf(texts.map(seriesOf))
  }

  /** The round of each block in these numbers, by its certificate. */
  async rounds(first: number, last: number): Promise<readonly number[]> {
    const rpc = rpcTo(this.first.rpcUrl)
    const rounds: number[] = []
    for (let number = first; number <= last; number += 1) {
      const qc = await rpc<{ readonly round: string }>('evmpp_getQuorumCertificate', [`0x${number.toString(16)}`])
      rounds.push(Number(qc.round))
    }
    return rounds
  }

  kill(index: number): void {
    this.#net.type(`kill ${index}`)
  }

  /** Starts a validator and waits until it has this block, executed. */
  async startAgain(index: number, block: number): Promise<void> {
    this.#net.type(`start ${index}`)
    const name = this.validators[index]?.name
    await this.#net.next((event) => event.kind === 'started' && event.name === name)
    const rpc = rpcTo(this.validators[index]?.rpcUrl ?? '')
    while (Number(await rpc<string>('eth_blockNumber')) < block) await sleep(20)
  }

  /** Throws unless all validators have the same newest common block and state root; its number. */
  async checkAgreement(): Promise<number> {
    const heads = await Promise.all(this.validators.map(({ rpcUrl }) => rpcTo(rpcUrl)<string>('eth_blockNumber')))
    const height = Math.min(...heads.map(Number))
    const blocks = await Promise.all(
      this.validators.map(async ({ rpcUrl }) => {
        const params = [`0x${height.toString(16)}`, false]
        const block = await rpcTo(rpcUrl)<{ hash: string; stateRoot: string }>('eth_getBlockByNumber', params)
        return `${block.hash} ${block.stateRoot}`
      }),
    )
    if (new Set(blocks).size !== 1) throw new Error(`the validators do not agree on block ${height}: ${blocks}`)
    return height
  }
}

/** Series of Prometheus's text format and their values. */
function seriesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))] as const
    }),
  )
}

function readingOf(nodes: readonly ReadonlyMap<string, number>[]): Reading {
  const sum = (series: string) => nodes.reduce((total, node) => total + (node.get(series) ?? 0), 0)
  const sumOf = (series: RegExp) =>
    nodes.flatMap((node) => [...node]).reduce((total, [name, value]) => total + (series.test(name) ? value : 0), 0)
  const kinds = nodes.flatMap((node) =>
    [...node.keys()].flatMap((series) => /^hotstuff_messages_total\{kind="(\w+)"\}$/.exec(series)?.[1] ?? []),
  )
  const messages = [...new Set(kinds)].map((kind) => {
    const count = sum(`hotstuff_messages_total{kind="${kind}"}`)
    return [kind, { count, bytes: sum(`hotstuff_message_bytes_total{kind="${kind}"}`) }] as const
  })
  const worst = (name: string) => 1000 * Math.max(...nodes.map((node) => node.get(`nodejs_eventloop_lag_${name}`) ?? 0))
  return {
    messages: new Map(messages),
    commits: {
      count: sum('hotstuff_commit_latency_seconds_count'),
      seconds: sum('hotstuff_commit_latency_seconds_sum'),
      rounds: sum('hotstuff_commit_latency_rounds_sum'),
    },
    signatures: {
      count: sumOf(/^hotstuff_signature_operations_total\{/),
      seconds: sumOf(/^hotstuff_signature_seconds_total\{/),
    },
    loopDelayMs: { mean: worst('mean_seconds'), p99: worst('p99_seconds'), max: worst('max_seconds') },
  }
}

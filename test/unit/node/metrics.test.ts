import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Block as ChainBlock, ChainEvent, Receipt } from '../../../src/chain/index.ts'
import {
  type Block,
  createBlstScheme,
  type Input,
  type Output,
  type QuorumCertificate,
} from '../../../src/consensus/index.ts'
import type { MetricSources } from '../../../src/node/metrics/metrics.ts'
import { createMetrics } from '../../../src/node/metrics/metrics.ts'
import { startMetricsServer } from '../../../src/node/metrics/metricsServer.ts'
import { timedScheme } from '../../../src/node/metrics/timedScheme.ts'
import { type Address, type Bytes, EMPTY_CODE_HASH, type Hash } from '../../../src/primitives/index.ts'
import type { ConsensusStatus, ConsensusView, ValidatorStatus } from '../../../src/rpc/index.ts'
import type { StateView } from '../../../src/state/index.ts'
import { delegationTo } from '../../../src/vm/index.ts'
import { createBench, rawOf } from '../rpc/call.ts'

const [one, two, three] = ['11', '22', '33'].map((byte) => `0x${byte.repeat(20)}`) as [Address, Address, Address]
const id = `0x${'ab'.repeat(32)}` as Hash
const status: ConsensusStatus = {
  self: one,
  isVoting: true,
  whyNotVoting: undefined,
  epoch: 0,
  round: 21,
  leader: one,
  highestCertificate: { epoch: 0, round: 20, blockId: id, signers: [], signature: new Uint8Array(), stakePercent: 0 },
  finalized: { id, height: 17, round: 19 },
  lagBlocks: 2,
  timeouts: 0,
  peers: 3,
}
const validator = (name: Address, isConnected: boolean): ValidatorStatus => ({
  id: name,
  publicKey: new Uint8Array(48),
  stake: 1n,
  peerId: '',
  isConnected,
  isSelf: name === one,
})
const consensus = (changes: Partial<ConsensusStatus> = {}, connected = [two, three]): ConsensusView => ({
  status: () => ({ ...status, ...changes }),
  validators: () => [one, two, three].map((name) => validator(name, connected.includes(name))),
  certificate: () => undefined,
  evidence: () => [{ kind: 'doubleVote', validator: two, epoch: 0, round: 3, statements: [] }],
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** A node's metrics, its consensus driven by `step`. */
function measured(view: ConsensusView | undefined, changes: Partial<MetricSources> = {}) {
  const metrics = createMetrics('1.2.3')
  const bench = createBench({ onRequest: metrics.onRequest, isDev: view === undefined })
  let step: (input: Input, outputs: readonly Output[]) => void = () => undefined
  const sources: MetricSources = {
    archive: bench.node.context.archive,
    mempool: bench.node.context.mempool,
    peerCount: () => 3,
    storePath: tmpdir(),
    webSockets: () => ({
      connections: 2,
      subscriptions: new Map([
        ['newHeads', 1],
        ['logs', 0],
      ]),
    }),
    subscribe: (listener) => bench.node.context.producer.subscribe(listener),
    consensus:
      view === undefined
        ? undefined
        : {
            view,
            onStep(listener) {
              step = listener
              return () => undefined
            },
          },
    ...changes,
  }
  metrics.watch(sources)
  /** The value of a series; undefined when there is none. */
  const value = async (series: string): Promise<number | undefined> => {
    const line = (await metrics.text()).split('\n').find((text) => text.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.slice(series.length + 1))
  }
  return { metrics, bench, value, step: (input: Input, ...outputs: readonly Output[]) => step(input, outputs) }
}

describe('the metrics of any node', () => {
  test('tell of the chain, the pool and requests', async () => {
    const { bench, value } = measured(undefined)
    await bench.result('eth_sendRawTransaction', rawOf())
    await bench.call('eth_getBalance', 'x')
    await bench.call('made_up')
    expect(await value('evmpp_chain_head_block')).toBe(1)
    expect(await value('evmpp_chain_blocks_total')).toBe(1)
    expect(await value('evmpp_chain_transactions_total{status="success"}')).toBe(1)
    expect(await value('mempool_added_total')).toBe(1)
    expect(await value('mempool_pending')).toBe(0)
    expect(await value('p2p_peers')).toBe(3)
    expect(await value('ws_connections')).toBe(2)
    expect(await value('ws_subscriptions{kind="newHeads"}')).toBe(1)
    expect(await value('ws_subscriptions{kind="logs"}')).toBe(0)
    expect(await value('rpc_requests_total{method="eth_sendRawTransaction",code="0"}')).toBe(1)
    expect(await value('rpc_requests_total{method="eth_getBalance",code="-32602"}')).toBe(1)
    expect(await value('rpc_requests_total{method="unknown",code="-32601"}')).toBe(1)
    expect(await value('rpc_request_duration_seconds_count{method="eth_getBalance"}')).toBe(1)
    expect(await value(`evmpp_build_info{version="1.2.3",node="${process.version}"}`)).toBe(1)
    expect(await value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
    expect(await value('hotstuff_view')).toBe(undefined)
  })
})

describe('the metrics of a block', () => {
  const [plain, evm, wasm, delegated] = ['aa', 'bb', 'cc', 'dd'].map((byte) => `0x${byte.repeat(20)}`) as Address[]
  const codes: Record<string, Bytes> = {
    [evm ?? '']: Uint8Array.of(0x60, 0x00),
    [wasm ?? '']: Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
    [delegated ?? '']: delegationTo(wasm ?? one),
  }
  const hashOf = (address: Address) => (codes[address] === undefined ? EMPTY_CODE_HASH : (`${address}00` as Hash))
  const state = {
    account: (address: Address) => ({ nonce: 0n, balanceWei: 0n, codeHash: hashOf(address) }),
    code: (hash: Hash) => codes[hash.slice(0, -2)],
  } as unknown as StateView

  test('tell which VM its transactions run: that of the code called, created or delegated to', async () => {
    const { archive } = createBench().node.context
    const transactions = [plain, evm, evm, wasm, delegated, undefined].map((to) => ({ to }))
    const headBlock = () => ({ ...archive.headBlock(), transactions }) as unknown as ChainBlock
    const receipts = () =>
      transactions.map(({ to }) => ({ contractAddress: to === undefined ? wasm : undefined })) as unknown as Receipt[]
    const { value } = measured(undefined, { archive: { ...archive, headBlock, receipts, headState: () => state } })
    expect(await value('evmpp_chain_block_txs{vm="none"}')).toBe(1)
    expect(await value('evmpp_chain_block_txs{vm="evm"}')).toBe(2)
    expect(await value('evmpp_chain_block_txs{vm="wasm"}')).toBe(3)
  })

  test('count what a team of workers did for it', async () => {
    const { archive } = createBench().node.context
    const run = { workers: 2, elapsedMs: 40, transactions: [1, 3, 1].map((executions) => ({ worker: 0, executions })) }
    const runs = [run, undefined]
    let tell: (event: ChainEvent) => void = () => undefined
    const { value, bench } = measured(undefined, {
      archive: { ...archive, teamRun: () => runs.shift() },
      subscribe(listener) {
        tell = listener
        return () => undefined
      },
    })
    const produced = { ...bench.node.mine(), dropped: [], failures: [] }
    tell({ kind: 'block', produced })
    tell({ kind: 'block', produced })
    expect(await value('evmpp_chain_blocks_total')).toBe(2)
    expect(await value('evmpp_parallel_blocks_total')).toBe(1)
    expect(await value('evmpp_parallel_executions_total')).toBe(5)
    expect(await value('evmpp_parallel_aborts_total')).toBe(2)
    expect(await value('evmpp_parallel_seconds_total')).toBe(0.04)
  })

  test('count what the pool refuses, by the reason, and measure the store', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'evmpp-metrics-'))
    closing.push(async () => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'a'), new Uint8Array(1000))
    writeFileSync(join(folder, 'b'), new Uint8Array(24))
    const { metrics, value } = measured(undefined, { storePath: folder })
    metrics.onRejected('POOL_FULL')
    metrics.onRejected('POOL_FULL')
    metrics.onRejected('ALREADY_KNOWN')
    expect(await value('mempool_rejected_total{reason="POOL_FULL"}')).toBe(2)
    expect(await value('mempool_rejected_total{reason="ALREADY_KNOWN"}')).toBe(1)
    expect(await value('db_size_bytes')).toBe(1024)
    expect(await value('db_files')).toBe(2)
  })
})

describe('the metrics of a validator', () => {
  const timer: Input = { kind: 'timer', timer: 'round', round: 20 }
  const qc: QuorumCertificate = { epoch: 0, round: 20, blockId: id, signers: [], signature: new Uint8Array() }
  const block = (timestampMs: number): Block => ({
    header: { epoch: 0, round: 20, height: 17, qc, timestampMs, payloadHash: id, executionHash: id },
    body: new Uint8Array(),
  })
  const vote: Input = {
    kind: 'message',
    from: two,
    message: { kind: 'vote', vote: { epoch: 0, round: 20, blockId: id, signer: 1, signature: new Uint8Array() } },
  }

  test('tell where it stands', async () => {
    const { value } = measured(consensus())
    expect(await value('hotstuff_view')).toBe(21)
    expect(await value('hotstuff_leader_is_self')).toBe(1)
    expect(await value('hotstuff_is_voting')).toBe(1)
    expect(await value('hotstuff_lag_blocks')).toBe(2)
    expect(await value('evmpp_chain_finalized_block')).toBe(17)
  })

  test('count rounds that fail, votes, faults and evidence', async () => {
    const { step, value } = measured(consensus())
    step(timer, { kind: 'enterRound', round: 21, after: 'tc' })
    step(timer, { kind: 'enterRound', round: 22, after: 'qc' })
    step(vote)
    step(vote, { kind: 'reject', from: two, fault: 'signature' })
    if (vote.kind === 'message') step(timer, { kind: 'send', to: [two], message: vote.message })
    expect(await value('hotstuff_view_timeouts_total')).toBe(1)
    expect(await value('hotstuff_votes_total{result="received"}')).toBe(1)
    expect(await value('hotstuff_votes_total{result="rejected"}')).toBe(1)
    expect(await value('hotstuff_votes_total{result="sent"}')).toBe(1)
    expect(await value('hotstuff_rejected_total{fault="signature"}')).toBe(1)
    expect(await value('hotstuff_evidence_total')).toBe(0)
    expect(await value('hotstuff_evidence_kept')).toBe(1)
  })

  test('count messages and their bytes', async () => {
    const { metrics, value } = measured(consensus())
    metrics.onMessage('vote', 150)
    metrics.onMessage('vote', 151)
    metrics.onMessage('proposal', 1000)
    expect(await value('hotstuff_messages_total{kind="vote"}')).toBe(2)
    expect(await value('hotstuff_message_bytes_total{kind="vote"}')).toBe(301)
    expect(await value('hotstuff_message_bytes_total{kind="proposal"}')).toBe(1000)
  })

  test('time signatures, and change nothing about them', async () => {
    const { metrics, value } = measured(consensus())
    const scheme = timedScheme(createBlstScheme(), metrics.onSignature)
    const [key, message] = [new Uint8Array(32).fill(7), Uint8Array.of(1)]
    const [publicKey, signature] = [scheme.publicKey(key), scheme.sign(key, message)]
    expect(scheme.verify(publicKey, message, signature)).toBe(true)
    expect(scheme.verifyAggregate([publicKey], Uint8Array.of(2), signature)).toBe(false)
    expect(scheme.aggregate([signature])).toEqual(signature)
    expect(await value('hotstuff_signature_operations_total{operation="sign"}')).toBe(1)
    expect(await value('hotstuff_signature_operations_total{operation="verify"}')).toBe(2)
    expect(await value('hotstuff_signature_operations_total{operation="aggregate"}')).toBe(1)
    expect(await value('hotstuff_signature_seconds_total{operation="verify"}')).toBeGreaterThan(0)
  })

  test('time certificates and commits, but not blocks that it catches up with', async () => {
    const { step, value } = measured(consensus())
    const now = block(Date.now() - 400)
    step(timer, { kind: 'validate', blockId: id, block: now })
    step(vote, { kind: 'certified', blockId: id, block: now, isSpeculativelyFinal: true })
    step(vote, { kind: 'certified', blockId: `0x${'cd'.repeat(32)}` as Hash, block: now, isSpeculativelyFinal: true })
    step(vote, { kind: 'finalize', blockId: id, block: now, qc })
    step(vote, { kind: 'finalize', blockId: id, block: block(Date.now() - 3_600_000), qc })
    expect(await value('hotstuff_qc_formation_seconds_count')).toBe(1)
    expect(await value('hotstuff_commit_latency_seconds_count')).toBe(1)
    expect(await value('hotstuff_commit_latency_seconds_sum')).toBeGreaterThan(0.39)
    // A block of round 20 was final in round 21.
    expect(await value('hotstuff_commit_latency_rounds_count')).toBe(1)
    expect(await value('hotstuff_commit_latency_rounds_sum')).toBe(1)
  })
})

describe('the port of the metrics', () => {
  async function serve(view: ConsensusView | undefined, headAgeSeconds = 0) {
    const { metrics, bench } = measured(view)
    const { archive } = bench.node.context
    const { header, ...rest } = archive.headBlock()
    const timestampSeconds = BigInt(Math.floor(Date.now() / 1000) - headAgeSeconds)
    const headBlock = () => ({ ...rest, header: { ...header, timestampSeconds } })
    const server = await startMetricsServer(0, { metrics, archive: { ...archive, headBlock }, consensus: view })
    closing.push(() => server.close())
    const get = async (path: string) => {
      const answer = await fetch(`${server.url}${path}`)
      return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
    }
    return { server, get }
  }

  test('serves them as Prometheus reads them, on loopback', async () => {
    const { server, get } = await serve(undefined)
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const { status: code, type, text } = await get('/metrics')
    expect({ code, type }).toEqual({ code: 200, type: 'text/plain; version=0.0.4; charset=utf-8' })
    expect(text).toMatch(/^# TYPE evmpp_chain_head_block gauge$/m)
    expect((await get('/nothing')).status).toBe(404)
  })

  test.each<[string, ConsensusView | undefined, number, readonly RegExp[]]>([
    ['a development node', undefined, 9_999, []],
    ['a validator in its network', consensus(), 0, []],
    [
      'one that may not vote',
      consensus({ isVoting: false, whyNotVoting: 'the record is lost' }),
      0,
      [/vote: the record/],
    ],
    ['one that has left the set', consensus({ isVoting: false }), 0, [/no validator set/]],
    ['one that is alone', consensus({}, []), 0, [/too little stake/]],
    ['one with two thirds and no more', consensus({}, [two]), 0, [/too little stake/]],
    ['one that is behind', consensus({ lagBlocks: 11 }), 0, [/^11 blocks behind$/]],
    ['one whose network stands still', consensus(), 31, [/^the newest block is 3\d seconds old$/]],
    ['a follower', consensus({ self: undefined, isVoting: false }), 0, []],
  ])('%s is ready, or says why not', async (_name, view, age, reasons) => {
    const { get } = await serve(view, age)
    const { status: code, text } = await get('/readyz')
    const answer = JSON.parse(text)
    expect(code).toBe(reasons.length === 0 ? 200 : 503)
    expect(answer.reasons ?? []).toEqual(reasons.map((reason) => expect.stringMatching(reason)))
    expect((await get('/livez')).status).toBe(200)
  })
})

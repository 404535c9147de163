import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { EPOCH_RESERVE_ROUNDS, type Header, type Input, type Output } from '../../consensus/index.ts'
import type { Hash } from '../../primitives/index.ts'
import type { ConsensusView } from '../../rpc/index.ts'
import { createClockWatch } from '../validator/clockWatch.ts'
import type { MessageObserver } from '../validator/validator.ts'
import type { SignatureObserver } from './timedScheme.ts'

/** Latencies from 10 ms to 30 s. */
const BUCKETS_SECONDS = [0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30]
/** Two when nothing goes wrong. */
const BUCKETS_ROUNDS = [2, 3, 4, 5, 6, 8, 12, 20]
/** A block older than this is one that a node catches up with: its age says nothing of the network. */
const CATCHING_UP_SECONDS = 60
/** Proposals whose certificate is waited for: more than are ever open at once. */
const MAX_OPEN_PROPOSALS = 64

/** Counts what peers say, and its bytes. */
export function countMessages(registry: Registry): MessageObserver {
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['kind'], registers: [registry] })
  const messages = counter('hotstuff_messages_total', 'Messages of consensus from peers, answers left out.')
  const bytes = counter('hotstuff_message_bytes_total', 'Their bytes.')
  return (kind, byteLength) => {
    messages.inc({ kind })
    bytes.inc({ kind }, byteLength)
  }
}

/** Counts operations on signatures and the time that they take. */
export function timeSignatures(registry: Registry): SignatureObserver {
  const counter = (name: string, help: string) =>
    new Counter({ name, help, labelNames: ['operation'], registers: [registry] })
  const count = counter('hotstuff_signature_operations_total', 'Signatures made, checked and added up.')
  const time = counter('hotstuff_signature_seconds_total', 'What that took of the main thread.')
  return (operation, seconds) => {
    count.inc({ operation })
    time.inc({ operation }, seconds)
  }
}

/**
 * Measures consensus from outside: what goes into its function and comes out of it. Rounds, certificates and votes are
 * `hotstuff_`, as in other nodes of that family.
 */
export function watchConsensus(
  registry: Registry,
  view: ConsensusView,
): (input: Input, outputs: readonly Output[]) => void {
  const registers = [registry]
  const status = (name: string, help: string, value: (now: ReturnType<ConsensusView['status']>) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(view.status()))
      },
    })
  status('hotstuff_view', 'The current round.', ({ round }) => round)
  status('hotstuff_epoch', 'The current epoch.', ({ epoch }) => epoch)
  status('hotstuff_leader_is_self', '1 when this validator leads the round.', ({ leader, self }) => +(leader === self))
  status('hotstuff_is_voting', '1 when this validator votes.', ({ isVoting }) => +isVoting)
  status('hotstuff_lag_blocks', 'Certified blocks not stored here yet.', ({ lagBlocks }) => lagBlocks)
  new Gauge({
    name: 'hotstuff_evidence_kept',
    help: 'Proofs against validators that this node holds, also from before its last start.',
    registers,
    collect() {
      this.set(view.evidence().length)
    },
  })
  const counter = (name: string, help: string, ...labelNames: readonly string[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers })
  const histogram = (name: string, help: string, buckets = BUCKETS_SECONDS) =>
    new Histogram({ name, help, buckets, registers })

  const timeouts = counter('hotstuff_view_timeouts_total', 'Rounds that ended without a certificate of votes.')
  const votes = counter('hotstuff_votes_total', 'Votes: sent, received, and rejected ones among these.', 'result')
  const rejected = counter('hotstuff_rejected_total', 'Messages of peers that were wrong.', 'fault')
  const evidence = counter('hotstuff_evidence_total', 'Proofs that a validator signed two of what it may sign once.')
  const formation = histogram('hotstuff_qc_formation_seconds', 'From a block first seen here to its certificate.')
  const latency = histogram('hotstuff_commit_latency_seconds', "From a block's time to its finality here.")
  const rounds = histogram(
    'hotstuff_commit_latency_rounds',
    "From a block's round to the one in which it was final here.",
    BUCKETS_ROUNDS,
  )
  const openSinceMs = new Map<Hash, number>()

  /** The time is of the leader's clock: a difference between clocks is in the number, but never a negative one. */
  const observeFinality = ({ timestampMs, round }: Header): void => {
    const seconds = Math.max(0, Date.now() - timestampMs) / 1000
    if (seconds >= CATCHING_UP_SECONDS) return
    latency.observe(seconds)
    const passed = view.status().round - round
    // Across the end of an epoch rounds are passed over.
    if (passed < EPOCH_RESERVE_ROUNDS) rounds.observe(passed)
  }

  const onOutput = (output: Output): void => {
    switch (output.kind) {
      case 'enterRound':
        if (output.after === 'tc') timeouts.inc()
        return
      case 'validate':
        remember(openSinceMs, output.blockId)
        return
      case 'certified':
        observeSince(openSinceMs, output.blockId, formation)
        return
      case 'finalize':
        observeFinality(output.block.header)
        return
      case 'send':
        if (output.message.kind === 'vote') votes.inc({ result: 'sent' })
        return
      case 'evidence':
        evidence.inc()
        return
      case 'reject':
        rejected.inc({ fault: output.fault })
        return
      default:
        return
    }
  }

  return (input, outputs) => {
    if (input.kind === 'message' && input.message.kind === 'vote')
      votes.inc({ result: outputs.some((output) => output.kind === 'reject') ? 'rejected' : 'received' })
    for (const output of outputs) onOutput(output)
  }
}

/** Clocks are compared when somebody reads the metrics, by what was heard until then. */
export function watchClocks(registry: Registry): (input: Input) => void {
  const registers = [registry]
  const watch = createClockWatch(Number.POSITIVE_INFINITY, () => 0)
  new Gauge({
    name: 'hotstuff_clock_skew_seconds',
    help: "How far this machine's clock is ahead of the middle one of the other validators'.",
    registers,
    collect() {
      this.set(watch.ownMs() / 1000)
    },
  })
  new Gauge({
    name: 'hotstuff_peer_clock_skew_seconds',
    help: "How far each validator's clock is ahead of this machine's, by the times of its blocks.",
    labelNames: ['validator'],
    registers,
    collect() {
      this.reset()
      for (const [validator, skewMs] of watch.peers()) this.set({ validator }, skewMs / 1000)
    },
  })
  return (input) => void watch.hear(input, Date.now())
}

function remember(openSinceMs: Map<Hash, number>, blockId: Hash): void {
  const oldest = openSinceMs.size >= MAX_OPEN_PROPOSALS ? openSinceMs.keys().next().value : undefined
  if (oldest !== undefined) openSinceMs.delete(oldest)
  openSinceMs.set(blockId, performance.now())
}

function observeSince(openSinceMs: Map<Hash, number>, blockId: Hash, histogram: Histogram): void {
  const sinceMs = openSinceMs.get(blockId)
  if (sinceMs !== undefined) histogram.observe((performance.now() - sinceMs) / 1000)
  openSinceMs.delete(blockId)
}

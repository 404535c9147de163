import { blockId, type Input } from '../../consensus/index.ts'
import type { Address, Hash } from '../../primitives/index.ts'

/** Blocks whose times are remembered, to tell a leader's clock from its parent's time. */
const REMEMBERED_BLOCKS = 64
/** Proposals of one validator that count: the middle one of them does, so that a late message says nothing. */
const SAMPLES = 5
const LEAST_SAMPLES = 3
/** Between two warnings about one clock. */
const REPEAT_MS = 600_000

/** How far clocks are from this node's, and what an operator should hear of that. */
export interface ClockWatch {
  /** An input of consensus, when it was heard. Returns warnings, each a sentence. */
  hear(input: Input, nowMs: number): readonly string[]
  /** Milliseconds by which each validator's clock is ahead of this one, by its latest proposals; negative when it is behind. */
  peers(): ReadonlyMap<Address, number>
  /** Milliseconds by which this node's clock is ahead of the middle one of the others; 0 while nothing is known. */
  ownMs(): number
}

/**
 * Compares clocks by the times that leaders give their blocks. What counts is a block that is proposed for the first time and
 * is not just one millisecond after its parent, as those are whose leader's clock is behind. A message's way makes a clock look
 * as much behind. Whose clock differs from most others by more than `driftMs` loses the rounds that it leads: its blocks are
 * not voted for, or it does not vote for theirs. `others` is how many validators there are besides this node: nothing is said
 * before most of them have been measured.
 */
export function createClockWatch(driftMs: number, others: () => number): ClockWatch {
  const times = new Map<Hash, number>()
  const samples = new Map<Address, readonly number[]>()
  const toldMs = new Map<string, number>()

  const peers = (): ReadonlyMap<Address, number> => {
    const known = [...samples].filter(([, list]) => list.length >= LEAST_SAMPLES)
    return new Map(known.map(([id, list]) => [id, median(list)]))
  }
  const ownMs = (): number => -median([...peers().values()])

  function measure(input: Input, nowMs: number): void {
    if (input.kind !== 'message' || input.message.kind !== 'proposal') return
    const { round, tip } = input.message.proposal
    const { header } = tip
    // A block of this node's own is not heard of: its time is no later than this clock.
    const parentMs = times.get(header.qc.blockId) ?? Number.NEGATIVE_INFINITY
    remember(times, blockId(header), header.timestampMs)
    if (round !== header.round || header.timestampMs <= parentMs + 1) return
    const earlier = samples.get(input.from) ?? []
    samples.set(input.from, [...earlier, header.timestampMs - nowMs].slice(-SAMPLES))
  }

  /** Once for each clock and while. */
  function isDue(who: string, nowMs: number): boolean {
    if (nowMs - (toldMs.get(who) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return false
    toldMs.set(who, nowMs)
    return true
  }

  return {
    peers,
    ownMs,
    hear(input, nowMs) {
      measure(input, nowMs)
      const all = [...peers()]
      if (all.length * 2 <= others()) return []
      const off = all.filter(([, skewMs]) => Math.abs(skewMs) > driftMs)
      const isOwn = (sign: number) =>
        off.length > 1 && off.filter(([, ms]) => Math.sign(ms) === sign).length * 2 > all.length
      if (isOwn(1) || isOwn(-1)) return isDue('own', nowMs) ? [ownWarning(ownMs(), driftMs)] : []
      return off.filter(([id]) => isDue(id, nowMs)).map(([id, skewMs]) => peerWarning(id, skewMs, driftMs))
    },
  }
}

function ownWarning(skewMs: number, driftMs: number): string {
  const effect = `the network bears ${driftMs / 1000} s, and this validator loses the rounds that it leads`
  return `this machine's clock is ${seconds(skewMs)} of most other validators': ${effect}. Set it by NTP.`
}

function peerWarning(id: Address, skewMs: number, driftMs: number): string {
  const cause = skewMs < 0 ? ', or its messages are that late' : ''
  return `the clock of validator ${id} is ${seconds(skewMs)} of this machine's${cause}: the network bears ${driftMs / 1000} s`
}

function seconds(skewMs: number): string {
  return `${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs > 0 ? 'ahead' : 'behind'}`
}

function remember(times: Map<Hash, number>, id: Hash, timeMs: number): void {
  const oldest = times.size >= REMEMBERED_BLOCKS ? times.keys().next().value : undefined
  if (oldest !== undefined) times.delete(oldest)
  times.set(id, timeMs)
}

/** Of an even number the lower middle one; 0 of none. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[(values.length - 1) >> 1] ?? 0
}

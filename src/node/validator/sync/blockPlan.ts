import type { Block } from '../../../consensus/index.ts'
import type { PeerName } from '../../../network/index.ts'

/** Blocks of one range: an answer holds one more, whose certificate proves the others. */
export const RANGE_BLOCKS = 31

/** Heights from the due one on that are fetched at a time. */
const WINDOW_BLOCKS = 8 * RANGE_BLOCKS

/** Ranges that one peer is asked for at a time. */
const MAX_ASKED_OF_PEER = 2

/** Bytes of bodies that may be here before their turn. */
const MAX_HELD_BYTES = 32 * 1024 * 1024

/** The range that all others wait for is asked of somebody else after this time. */
const PATIENCE_MS = 1_000

/** A peer that failed is left alone, twice as long each time in a row. */
const FIRST_REST_MS = 500
const MAX_REST_MS = 30_000

/** Without any progress for so long, what was handed over is fetched again: it was of a branch that lost. Longer than any question. */
const MAX_IDLE_MS = 6_000

/** Heights that are fetched as one. A range that is here has the block that proves it as its last. */
type Range = { readonly first: number; readonly last: number } & (
  | { readonly kind: 'open' }
  | { readonly kind: 'asked'; readonly peer: PeerName; readonly sinceMs: number }
  | { readonly kind: 'here'; readonly blocks: readonly Block[] }
)

type Rest = { readonly untilMs: number; readonly times: number }

/**
 * How a node that is far behind fetches blocks: adjoining ranges of heights, each from any peer, several at a time.
 *
 * - B1 *A range proves itself* before it counts (`provenBlocks`), so nobody who lies about one is believed about another.
 * - B2 *In order*: ranges are handed over from `next` on, without a gap.
 * - B3 *Bounded*: at most `WINDOW_BLOCKS` heights and about `MAX_HELD_BYTES` bytes lie ahead of `next`.
 * - B4 *Nobody is waited for*: the due range is asked of another peer when one lies, is silent, short of blocks, or slow.
 */
export type BlockPlan = {
  /** The height that is handed over next. */
  readonly next: number
  /** Ascending and adjoining, from `next` on. */
  readonly ranges: readonly Range[]
  readonly resting: ReadonlyMap<PeerName, Rest>
  /** A peer had nothing from here on, or nothing that can be proved yet: asked again when it is due. */
  readonly ceiling: number
  /** When a range last arrived. */
  readonly progressMs: number
}

/** What an answer was worth: blocks that prove themselves with the one that proves them, nothing (yet), or a lie. */
export type Judged = { readonly kind: 'proven'; readonly blocks: readonly Block[]; readonly count: number } | Refused
type Refused = { readonly kind: 'nothing' } | { readonly kind: 'wrong' }

export type PlanInput =
  /** Time has passed. */
  | { readonly kind: 'look'; readonly rootHeight: number }
  /** A peer's answer to the range that begins at `first`. */
  | { readonly kind: 'answer'; readonly peer: PeerName; readonly first: number; readonly judged: Judged }

export type PlanOutput =
  | { readonly kind: 'ask'; readonly peer: PeerName; readonly first: number }
  | { readonly kind: 'handOver'; readonly blocks: readonly Block[] }
  | { readonly kind: 'blame'; readonly peer: PeerName }

/** What the plan may know besides: the time, who is connected, and whether execution keeps up: else nothing is asked or handed over. */
export type PlanEnv = { readonly nowMs: number; readonly peers: readonly PeerName[]; readonly canTake: boolean }

/** The plan of a node whose newest final block is `rootHeight`. */
export function beginPlan(rootHeight: number, nowMs: number): BlockPlan {
  const ceiling = Number.MAX_SAFE_INTEGER
  return { next: rootHeight + 1, ranges: [], resting: new Map(), ceiling, progressMs: nowMs }
}

/** One input, the plan after it, and what to do. Pure. */
export function stepPlan(
  plan: BlockPlan,
  input: PlanInput,
  env: PlanEnv,
): { readonly plan: BlockPlan; readonly outputs: readonly PlanOutput[] } {
  const isLook = input.kind === 'look'
  const informed = isLook ? look(plan, input, env) : answer(plan, input, env)
  const blamed: readonly PlanOutput[] =
    !isLook && input.judged.kind === 'wrong' ? [{ kind: 'blame', peer: input.peer }] : []
  if (!env.canTake) return { plan: informed, outputs: blamed }
  const handed = handOver(informed)
  const asked = ask(handed.plan, env, isLook)
  return { plan: asked.plan, outputs: [...blamed, ...handed.outputs, ...asked.outputs] }
}

/** Takes the due range from a peer that keeps all others waiting, and begins anew when nothing moves. */
function look(plan: BlockPlan, { rootHeight }: Extract<PlanInput, { kind: 'look' }>, env: PlanEnv): BlockPlan {
  const [due] = plan.ranges
  const isIdle = plan.next > rootHeight + 1 && due?.kind !== 'here' && env.nowMs - plan.progressMs > MAX_IDLE_MS
  if (isIdle || plan.next <= rootHeight) return { ...beginPlan(rootHeight, env.nowMs), resting: plan.resting }
  if (due?.kind !== 'asked' || env.nowMs - due.sinceMs < PATIENCE_MS) return plan
  const isGone = !env.peers.includes(due.peer)
  const rested = rest(plan, due.peer, env)
  if (!isGone && idlePeer(rested, env, false) === undefined) return plan
  return withRange(rested, { ...due, kind: 'open' })
}

function answer(plan: BlockPlan, { peer, first, judged }: Extract<PlanInput, { kind: 'answer' }>, env: PlanEnv) {
  const range = plan.ranges.find((one) => one.first === first)
  // Somebody else was quicker.
  if (range === undefined || range.kind === 'here') return plan
  if (judged.kind !== 'proven') {
    const isMine = range.kind === 'asked' && range.peer === peer
    const reopened = isMine ? withRange(plan, { ...range, kind: 'open' }) : plan
    const isDue = first === plan.next
    const ceiling = judged.kind === 'nothing' && !isDue ? Math.min(plan.ceiling, first) : plan.ceiling
    return rest({ ...reopened, ceiling }, peer, env)
  }
  const { blocks, count } = judged
  const resting = new Map(plan.resting)
  resting.delete(peer)
  const last = Math.min(range.last, first + count - 1)
  const here: Range = { kind: 'here', first, last, blocks: blocks.slice(0, last - first + 2) }
  const left: readonly Range[] = last < range.last ? [{ kind: 'open', first: last + 1, last: range.last }] : []
  const ranges = plan.ranges.flatMap((one) => (one === range ? [here, ...left] : [one]))
  return { ...plan, ranges, resting, progressMs: env.nowMs }
}

function handOver(plan: BlockPlan): { readonly plan: BlockPlan; readonly outputs: readonly PlanOutput[] } {
  const outputs: PlanOutput[] = []
  let { next, ranges } = plan
  for (let [due] = ranges; due?.kind === 'here'; [due] = ranges) {
    outputs.push({ kind: 'handOver', blocks: due.blocks })
    next = due.last + 1
    ranges = ranges.slice(1)
  }
  const ceiling = next >= plan.ceiling ? Number.MAX_SAFE_INTEGER : plan.ceiling
  return { plan: { ...plan, next, ranges, ceiling }, outputs }
}

/** Asks idle peers for what is open, the lowest first. `isUrgent`: the due range may go to a peer that should rest. */
function ask(plan: BlockPlan, env: PlanEnv, isUrgent: boolean) {
  const outputs: PlanOutput[] = []
  let current = withNewRanges(plan)
  const isFull = heldBytes(current) > MAX_HELD_BYTES
  for (const range of current.ranges) {
    const isDue = range.first === current.next
    if (range.kind !== 'open' || (!isDue && (isFull || range.first >= current.ceiling))) continue
    const peer = idlePeer(current, env, isUrgent && isDue)
    if (peer === undefined) break
    current = withRange(current, { ...range, kind: 'asked', peer, sinceMs: env.nowMs })
    outputs.push({ kind: 'ask', peer, first: range.first })
  }
  return { plan: current, outputs }
}

function withNewRanges(plan: BlockPlan): BlockPlan {
  const ranges = [...plan.ranges]
  const planned = ranges.at(-1)?.last ?? plan.next - 1
  for (let first = planned + 1; first < plan.next + WINDOW_BLOCKS; first += RANGE_BLOCKS) {
    ranges.push({ kind: 'open', first, last: first + RANGE_BLOCKS - 1 })
  }
  return { ...plan, ranges }
}

/** The peer that is asked for least; among equals another one for each height, so that no liar is always first. */
function idlePeer({ ranges, resting, next }: BlockPlan, { nowMs, peers }: PlanEnv, isUrgent: boolean) {
  const load = (peer: PeerName) => ranges.filter((one) => one.kind === 'asked' && one.peer === peer).length
  const free = peers.filter((peer) => load(peer) < MAX_ASKED_OF_PEER)
  const awake = free.filter((peer) => (resting.get(peer)?.untilMs ?? 0) <= nowMs)
  const candidates = awake.length > 0 || !isUrgent ? awake : free
  const least = Math.min(...candidates.map(load))
  const equals = candidates.filter((peer) => load(peer) === least)
  return equals[next % equals.length]
}

function rest(plan: BlockPlan, peer: PeerName, { nowMs }: PlanEnv): BlockPlan {
  const times = plan.resting.get(peer)?.times ?? 0
  const untilMs = nowMs + Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** times)
  return { ...plan, resting: new Map(plan.resting).set(peer, { untilMs, times: times + 1 }) }
}

function withRange(plan: BlockPlan, range: Range): BlockPlan {
  return { ...plan, ranges: plan.ranges.map((one) => (one.first === range.first ? range : one)) }
}

function heldBytes({ ranges }: BlockPlan): number {
  const blocks = ranges.flatMap((one) => (one.kind === 'here' ? one.blocks : []))
  return blocks.reduce((sum, { body }) => sum + body.length, 0)
}

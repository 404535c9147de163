import { describe, expect, test } from 'vitest'
import type { Block } from '../../../../src/consensus/index.ts'
import type { PeerName } from '../../../../src/network/index.ts'
import {
  type BlockPlan,
  beginPlan,
  type Judged,
  type PlanInput,
  RANGE_BLOCKS,
  stepPlan,
} from '../../../../src/node/validator/sync/blockPlan.ts'
import { EventQueue } from '../../../harness/consensus/eventQueue.ts'

/** How a peer answers the question for the blocks from `first` on, and after how long. */
type Peer = (first: number, top: number) => { readonly judged: Judged; readonly afterMs: number }

const blocksFrom = (first: number, count: number): readonly Block[] =>
  Array.from({ length: count }, (_, index) => ({
    header: { height: first + index } as Block['header'],
    body: new Uint8Array(10),
  }))

const proven = (first: number, count: number): Judged =>
  count <= 0 ? { kind: 'nothing' } : { kind: 'proven', blocks: blocksFrom(first, count + 1), count }

const honest =
  (afterMs: number): Peer =>
  (first, top) => ({ judged: proven(first, Math.min(RANGE_BLOCKS, top - first + 1)), afterMs })
const short: Peer = (first, top) => ({ judged: proven(first, Math.min(5, top - first + 1)), afterMs: 5 })
const liar: Peer = () => ({ judged: { kind: 'wrong' }, afterMs: 1 })
const empty: Peer = () => ({ judged: { kind: 'nothing' }, afterMs: 1 })
const absent: Peer = () => ({ judged: { kind: 'nothing' }, afterMs: 5_000 })

type Run = { readonly tookMs: number; readonly asked: Map<PeerName, number>; readonly blamed: Set<PeerName> }

/** Fetches `top` blocks from `peers`, with a look every 100 ms; checks order, bounds and that nothing is missing. */
function fetchAll(peers: Readonly<Record<string, Peer>>, top: number): Run & { readonly mostAtOnce: number } {
  const names = Object.keys(peers) as PeerName[]
  const queue = new EventQueue()
  const asked = new Map<PeerName, number>(names.map((name) => [name, 0]))
  const blamed = new Set<PeerName>()
  let [nowMs, taken, underWay, mostAtOnce] = [0, 0, 0, 0]
  let plan: BlockPlan = beginPlan(0, 0)

  function feed(input: PlanInput): void {
    const stepped = stepPlan(plan, input, { nowMs, peers: names, canTake: true })
    plan = stepped.plan
    expect((plan.ranges.at(-1)?.last ?? 0) - plan.next).toBeLessThan(9 * RANGE_BLOCKS)
    for (const output of stepped.outputs) {
      if (output.kind === 'blame') blamed.add(output.peer)
      if (output.kind === 'ask') {
        underWay += 1
        asked.set(output.peer, (asked.get(output.peer) ?? 0) + 1)
        const { peer, first } = output
        const answer = peers[peer]?.(first, top)
        if (answer === undefined) throw new Error('only who is connected is asked')
        queue.push(nowMs + answer.afterMs, () => {
          underWay -= 1
          feed({ kind: 'answer', peer, first, judged: answer.judged })
        })
      }
      if (output.kind === 'handOver') {
        // The block that proves a range comes with it and is of the next one.
        for (const { header } of output.blocks.slice(0, -1)) {
          taken += 1
          expect(header.height).toBe(taken)
        }
      }
    }
    mostAtOnce = Math.max(mostAtOnce, underWay)
  }

  for (let lookMs = 0; taken < top && lookMs < 600_000; lookMs += 100) {
    for (let event = queue.popUntil(lookMs); event !== undefined; event = queue.popUntil(lookMs)) {
      nowMs = event.atMs
      event.action()
    }
    nowMs = lookMs
    feed({ kind: 'look', rootHeight: Math.max(0, taken - 2) })
  }
  expect(taken).toBe(top)
  return { tookMs: nowMs, asked, blamed, mostAtOnce }
}

describe('a plan to fetch blocks', () => {
  test('asks several peers at once, a bounded number of ranges ahead', () => {
    const run = fetchAll({ a: honest(50), b: honest(50), c: honest(50), d: honest(50) }, 3_000)
    expect(run.mostAtOnce).toBe(8)
    expect([...run.asked.values()].every((count) => count > 15)).toBe(true)
    expect(run.blamed.size).toBe(0)
  })

  test('four peers are four times as fast as one', () => {
    const one = fetchAll({ a: honest(200) }, 3_000)
    const four = fetchAll({ a: honest(200), b: honest(200), c: honest(200), d: honest(200) }, 3_000)
    expect(four.tookMs).toBeLessThan(one.tookMs / 3)
  })

  test.each([
    ['one that lies', liar],
    ['one that has nothing', empty],
    ['one that never answers', absent],
    ['one that gives a few blocks at a time', short],
    ['one that takes three seconds for each answer', honest(3_000)],
  ])('one honest peer is enough beside %s', (_, peer) => {
    const alone = fetchAll({ a: honest(50) }, 3_000)
    const run = fetchAll({ a: honest(50), b: peer }, 3_000)
    expect(run.tookMs).toBeLessThan(alone.tookMs * 3)
    expect(run.blamed).toEqual(new Set(peer === liar ? ['b'] : []))
  })

  test('one honest peer is enough beside all of them', () => {
    const run = fetchAll({ l: liar, e: empty, n: absent, s: short, a: honest(50) }, 3_000)
    expect(run.blamed).toEqual(new Set(['l']))
    expect(run.asked.get('l' as PeerName)).toBeLessThan(10)
  })

  test('a peer that fails is asked again when there is nobody else', () => {
    let failures = 4
    const unsure: Peer = (first, top) => {
      failures -= 1
      return failures >= 0 ? empty(first, top) : honest(50)(first, top)
    }
    fetchAll({ a: unsure }, 100)
  })

  test('nothing is asked or handed over while execution is too far behind', () => {
    const env = { nowMs: 0, peers: ['a' as PeerName], canTake: false }
    const looked = stepPlan(beginPlan(0, 0), { kind: 'look', rootHeight: 0 }, env)
    expect(looked.outputs).toEqual([])
    const asked = stepPlan(looked.plan, { kind: 'look', rootHeight: 0 }, { ...env, canTake: true })
    expect(asked.outputs).toHaveLength(2)
    const answer = { kind: 'answer', peer: 'a' as PeerName, first: 1, judged: proven(1, RANGE_BLOCKS) } as const
    const answered = stepPlan(asked.plan, answer, env)
    expect(answered.outputs).toEqual([])
    const later = stepPlan(answered.plan, { kind: 'look', rootHeight: 0 }, { ...env, canTake: true })
    expect(later.outputs[0]).toMatchObject({ kind: 'handOver' })
  })

  test('what was handed over and did not become final is fetched again', () => {
    const env = { nowMs: 0, peers: ['a' as PeerName], canTake: true }
    let { plan } = stepPlan(beginPlan(0, 0), { kind: 'look', rootHeight: 0 }, env)
    const answer = { kind: 'answer', peer: 'a' as PeerName, first: 1, judged: proven(1, RANGE_BLOCKS) } as const
    plan = stepPlan(plan, answer, env).plan
    expect(plan.next).toBe(RANGE_BLOCKS + 1)
    for (let turn = 0; turn < 100 && plan.next > 11; turn += 1) {
      plan = stepPlan(plan, { kind: 'look', rootHeight: 10 }, { ...env, nowMs: turn * 100 }).plan
    }
    expect(plan.next).toBe(11)
  })
})

import { describe, expect, test, vi } from 'vitest'
import { createFanOut } from '../../../src/rpc/live/fanOut.ts'
import type { Connection } from '../../../src/rpc/scope.ts'
import { createTurns } from '../../../src/rpc/turns.ts'
import { createFakeNode, type FakeNode } from './fakeNode.ts'

function connection(): Connection & { readonly reasons: string[] } {
  const reasons: string[] = []
  const subscriptions: Connection['subscriptions'] = new Map()
  const drop = (reason: string) => {
    reasons.push(reason)
    for (const { end } of subscriptions.values()) end()
    subscriptions.clear()
  }
  return { send: () => undefined, drop, subscriptions, reasons }
}

const block = (node: FakeNode) => ({ kind: 'block', produced: { ...node.mine(), dropped: [], failures: [] } }) as const

describe('telling many subscriptions', () => {
  test('each hears of everything after it subscribed, in order, and of nothing after it ended', async () => {
    const node = createFakeNode()
    const fanOut = createFanOut(node.context.producer, node.context.archive, createTurns(), () => undefined)
    const heard: bigint[][] = Array.from({ length: 200 }, () => [])
    const stops = heard.map((numbers) =>
      fanOut.add(connection(), ({ event }) => {
        if (event.kind === 'block') numbers.push(event.produced.block.header.number)
      }),
    )
    node.mine()
    const late: bigint[] = []
    fanOut.add(connection(), ({ event }) => {
      if (event.kind === 'block') late.push(event.produced.block.header.number)
    })
    node.mine()
    stops[199]?.()
    node.mine()
    await vi.waitFor(() => expect(late).toEqual([2n, 3n]))
    expect(heard.slice(0, 199).every((numbers) => numbers.join() === '1,2,3')).toBe(true)
    expect(heard[199]?.length).toBeLessThan(3)
  })

  test('the JSON of a header is made once for all', async () => {
    const node = createFakeNode()
    const fanOut = createFanOut(node.context.producer, node.context.archive, createTurns(), () => undefined)
    const texts: string[] = []
    for (let index = 0; index < 100; index += 1)
      fanOut.add(connection(), (news) => void texts.push(news.heads()[0] ?? ''))
    node.mine()
    await vi.waitFor(() => expect(texts).toHaveLength(100))
    expect(new Set(texts).size).toBe(1)
  })

  test('when things happen faster than they can be told, who has most subscriptions is dropped with a reason', () => {
    const node = createFakeNode()
    const fanOut = createFanOut(node.context.producer, node.context.archive, createTurns(), () => undefined)
    const [busy, modest] = [connection(), connection()]
    const add = (of: Connection, id: string) =>
      of.subscriptions.set(id, { kind: 'newHeads', end: fanOut.add(of, () => undefined) })
    for (let index = 0; index < 500; index += 1) add(busy, String(index))
    add(modest, 'one')
    const event = block(node)
    for (let index = 0; index < 1_002; index += 1) node.emit(event)
    expect(busy.reasons).toEqual(['more subscriptions than this node can serve: 500'])
    expect(modest.reasons).toEqual([])
  })

  test('a subscriber that throws is reported and spoils nothing', async () => {
    const node = createFakeNode()
    const bugs: unknown[] = []
    const fanOut = createFanOut(node.context.producer, node.context.archive, createTurns(), (cause) => bugs.push(cause))
    let heard = 0
    for (let index = 0; index < 64; index += 1) fanOut.add(connection(), () => undefined)
    fanOut.add(connection(), () => {
      throw new Error('broken')
    })
    fanOut.add(connection(), () => {
      heard += 1
    })
    node.mine()
    node.mine()
    await vi.waitFor(() => expect(bugs).toHaveLength(2))
    expect(heard).toBe(2)
  })
})

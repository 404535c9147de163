import { describe, expect, test } from 'vitest'
import { createMemoryNetwork, faultyLink, type Link, type PeerId } from '../../../src/network/index.ts'
import { addressOf, transportSuite } from '../../compliance/network/transport.ts'
import { Random } from '../../fuzz/random.ts'
import { EventClock } from '../../harness/network/eventClock.ts'

const idOf = (index: number): PeerId => `node${index}` as PeerId
const rosterOf = (count: number) =>
  new Map(Array.from({ length: count }, (_, index) => [addressOf(index), { id: idOf(index), addresses: [] }]))

transportSuite('memory', async (validators) => {
  const clock = new EventClock()
  const network = createMemoryNetwork(clock, () => [1])
  return {
    join: async (index) => network.join(idOf(index), rosterOf(validators)),
    roster: rosterOf,
    async until(isDone) {
      for (let step = 0; step < 1000 && !isDone(); step += 1) await clock.advance(1)
      return isDone()
    },
    settle: () => clock.advance(100),
    close: async () => {},
  }
})

describe('a network in memory', () => {
  /** What node 1 gets of a hundred messages of node 0, and when. */
  async function history(link: Link, partition: readonly (readonly number[])[] = []): Promise<readonly string[]> {
    const clock = new EventClock()
    const network = createMemoryNetwork(clock, link)
    const [a, b] = [0, 1].map((index) => network.join(idOf(index), rosterOf(2)))
    const got: string[] = []
    b?.on('consensus', (_, bytes) => got.push(`${bytes[0]} at ${clock.nowMs()}`))
    await a?.start()
    await b?.start()
    network.partition(partition.map((group) => group.map(idOf)))
    for (let count = 0; count < 100; count += 1) {
      a?.send(addressOf(1), 'consensus', Uint8Array.of(count))
      await clock.advance(1)
    }
    await clock.advance(1000)
    return got
  }
  const faulty = (seed: number): Link => {
    const random = new Random(seed, 0)
    const faults = { minDelayMs: 1, maxDelayMs: 50, lossRate: 0.3, duplicationRate: 0.2 }
    return faultyLink(() => random.next() / 2 ** 32, faults)
  }

  test('the same seed has the same history, another seed another', async () => {
    const first = await history(faulty(1))
    expect(await history(faulty(1))).toEqual(first)
    expect(await history(faulty(2))).not.toEqual(first)
  })

  test('loses, repeats and overtakes as the link says', async () => {
    const got = (await history(faulty(3))).map((one) => Number.parseInt(one, 10))
    const distinct = new Set(got)
    expect(distinct.size).toBeGreaterThan(50)
    expect(distinct.size).toBeLessThan(90)
    expect(got.length).toBeGreaterThan(distinct.size)
    expect(got).not.toEqual([...got].sort((a, b) => a - b))
  })

  test('a partition lets nothing through, and nobody is told', async () => {
    expect(await history(() => [1], [[0], [1]])).toEqual([])
    expect((await history(() => [1], [[0, 1]])).length).toBe(100)
  })

  test('who was sent away is let in again later', async () => {
    const clock = new EventClock()
    const network = createMemoryNetwork(clock, () => [1])
    const [a, b] = [0, 1].map((index) => network.join(idOf(index), rosterOf(2)))
    await a?.start()
    await b?.start()
    for (let count = 0; count < 11; count += 1) a?.blame(addressOf(1))
    expect(a?.peers().length).toBe(0)
    await clock.advance(29_000)
    expect(a?.peers().length).toBe(0)
    await clock.advance(2_000)
    expect([a?.peers().length, b?.peers().length]).toEqual([1, 1])
  })
})

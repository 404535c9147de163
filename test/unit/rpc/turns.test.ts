import { describe, expect, test } from 'vitest'
import { createTurns } from '../../../src/rpc/turns.ts'

const tick = () => new Promise((resolve) => setImmediate(resolve))

/** Turns whose clock moves by what each job says that it takes. */
function setUp() {
  let nowMs = 0
  const turns = createTurns(() => nowMs)
  const order: string[] = []
  const run = (client: object, name: string, takesMs: number) =>
    turns.run(client, () => {
      nowMs += takesMs
      order.push(name)
      return name
    })
  return { turns, order, run }
}

describe('turns', () => {
  test('a lone request runs at once', () => {
    const { order, run } = setUp()
    void run({}, 'a', 1)
    expect(order).toEqual(['a'])
  })

  test('after a few milliseconds the event loop gets its turn (TURN-1)', async () => {
    const { order, run } = setUp()
    const client = {}
    const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => run(client, name, 4))
    expect(order).toEqual(['a', 'b'])
    await tick()
    expect(order).toEqual(['a', 'b', 'c', 'd'])
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  test('a client with many requests does not keep others waiting (TURN-2), and its own stay in order (TURN-3)', async () => {
    const { order, run } = setUp()
    const [busy, other] = [{}, {}]
    const all = Array.from({ length: 20 }, (_, index) => run(busy, `busy ${index}`, 5))
    all.push(run(other, 'other', 5))
    await Promise.all(all)
    expect(order.indexOf('other')).toBeLessThan(4)
    expect(order.filter((name) => name !== 'other')).toEqual(Array.from({ length: 20 }, (_, index) => `busy ${index}`))
  })

  test('what a job throws or rejects with comes out', async () => {
    const { turns, run } = setUp()
    const client = {}
    void run(client, 'long', 10)
    await expect(turns.run(client, () => Promise.reject(new Error('late')))).rejects.toThrow('late')
    const fails = () => {
      throw new Error('now')
    }
    await expect(turns.run(client, fails)).rejects.toThrow('now')
  })
})

import { describe, expect, test } from 'vitest'
import { bloomOf, createLogFilter } from '../../../src/chain/index.ts'
import { EMPTY_BYTES, type Log } from '../../../src/primitives/index.ts'
import { addr, hash } from '../../harness/world.ts'

const log: Log = { address: addr(1), topics: [hash(10), hash(20)], data: EMPTY_BYTES }

describe('a log filter', () => {
  test.each([
    ['nothing', [], [], true],
    ['its address among others', [addr(2), addr(1)], [], true],
    ['another address', [addr(2)], [], false],
    ['its first topic', [], [[hash(10)]], true],
    ['its second topic, any first', [], [[], [hash(20)]], true],
    ['one of two topics', [], [[hash(9), hash(10)]], true],
    ['another topic', [], [[hash(9)]], false],
    ['its topics in the wrong order', [], [[hash(20)], [hash(10)]], false],
    ['a right topic and a wrong one', [], [[hash(10)], [hash(21)]], false],
    ['more positions than it has, open ones', [], [[], [], []], false],
    ['its address and another topic', [addr(1)], [[hash(9)]], false],
  ])('that asks for %s', (_name, addresses, topics, matches) => {
    const filter = createLogFilter({ addresses, topics })
    expect(filter.matches(log)).toBe(matches)
    if (matches) expect(filter.mayMatch(bloomOf([log]))).toBe(true)
  })

  test('passes over a bloom that lacks what it asks for', () => {
    expect(createLogFilter({ addresses: [addr(2)], topics: [] }).mayMatch(bloomOf([log]))).toBe(false)
    expect(createLogFilter({ addresses: [addr(1)], topics: [[hash(9)]] }).mayMatch(bloomOf([log]))).toBe(false)
    expect(createLogFilter({ addresses: [addr(2), addr(1)], topics: [[], []] }).mayMatch(bloomOf([log]))).toBe(true)
  })
})

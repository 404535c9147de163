import { describe, expect, test } from 'vitest'
import { analyzeJumps, knownJumps } from '../../../src/evm/reference/jumps.ts'
import { fromHex } from '../../../src/primitives/index.ts'

describe('jump analysis', () => {
  test.each([
    ['nothing', '0x', []],
    ['a destination', '0x005b', [1]],
    ['a destination inside a push is none', '0x605b5b', [2]],
    ['a push that the end cuts off', '0x5b7f5b5b', [0]],
    ['PUSH0 has no data', '0x5f5b', [1]],
  ])('%s', (_name, code, expected) => {
    const { destinations } = analyzeJumps(fromHex(code))
    expect([...destinations.keys()].filter((at) => destinations[at] === 1)).toEqual(expected)
  })

  test('pushed words stand at their data, padded on the right', () => {
    const { pushes } = analyzeJumps(fromHex('0x60ff610102' + '62aa'))
    expect([pushes[1], pushes[3], pushes[6], pushes[0]]).toEqual([0xffn, 0x0102n, 0xaa0000n, undefined])
  })

  test('is made once per code', () => {
    const code = fromHex('0x5b')
    expect(knownJumps(code)).toBeUndefined()
    expect(analyzeJumps(code)).toBe(analyzeJumps(code))
    expect(knownJumps(code)).toBe(analyzeJumps(code))
  })
})

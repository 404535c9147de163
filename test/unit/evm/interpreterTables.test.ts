import { describe, expect, test } from 'vitest'
import { opcodesOf } from '../../../src/evm/index.ts'
import { pricesOf } from '../../../src/evm/prices.ts'
import { forkOf } from '../../../src/evm/reference/fork.ts'
import type { Hardfork } from '../../../src/primitives/index.ts'
import { HARDFORKS } from '../../../src/primitives/index.ts'

/** The package's parameter, 0 where the fork has none. */
function packagePrice(hardfork: Hardfork, name: string): number {
  return Number(forkOf(hardfork).common.param(name))
}

describe('the opcode table', () => {
  test.each(HARDFORKS)('%s has the opcodes and the fixed prices of the package', (hardfork) => {
    const ours = opcodesOf(hardfork).map((opcode) => opcode?.staticGas)
    const theirs = forkOf(hardfork).instructions.map(({ isInvalid, fee }) => (isInvalid ? undefined : fee))
    expect(ours).toEqual(theirs)
  })

  test.each(HARDFORKS)('%s prices by operands or state exactly what the package does', (hardfork) => {
    const ours = opcodesOf(hardfork).map((opcode) => opcode !== undefined && opcode.pricing !== 'fixed')
    const theirs = forkOf(hardfork).instructions.map(({ isInvalid, price }) => !isInvalid && price !== undefined)
    expect(ours).toEqual(theirs)
  })

  test('an opcode knows its byte and its immediate', () => {
    const table = opcodesOf('osaka')
    table.forEach((opcode, byte) => {
      if (opcode !== undefined) expect(opcode.byte).toBe(byte)
    })
    expect(table.map((opcode) => opcode?.immediateBytes ?? 0).reduce((a, b) => a + b)).toBe((32 * 33) / 2)
    expect(table[0x61]).toMatchObject({ name: 'PUSH2', immediateBytes: 2, pops: 0, pushes: 1 })
    expect(table[0x8f]).toMatchObject({ name: 'DUP16', pops: 16, pushes: 17 })
    expect(table[0x9f]).toMatchObject({ name: 'SWAP16', pops: 17, pushes: 17 })
    expect(table[0xa4]).toMatchObject({ name: 'LOG4', pops: 6, pushes: 0 })
  })
})

describe('prices', () => {
  test.each([
    ['coldAccountGas', 'coldaccountaccessGas', 'berlin', 'osaka'],
    ['coldSlotGas', 'coldsloadGas', 'berlin', 'osaka'],
    ['warmAccessGas', 'warmstoragereadGas', 'berlin', 'osaka'],
    ['expByteGas', 'expByteGas', 'frontier', 'tangerineWhistle'],
    ['expByteGas', 'expByteGas', 'spuriousDragon', 'osaka'],
    ['initCodeWordGas', 'initCodeWordGas', 'shanghai', 'osaka'],
  ] as const)('%s is the package’s %s from %s to %s', (ours, theirs, first, last) => {
    for (const hardfork of between(first, last)) {
      expect([hardfork, pricesOf(hardfork)[ours]]).toEqual([hardfork, packagePrice(hardfork, theirs)])
    }
  })

  test.each([
    ['sentryGas', 'sstoreSentryEIP2200Gas'],
    ['noopGas', 'sstoreNoopEIP2200Gas'],
    ['dirtyGas', 'sstoreDirtyEIP2200Gas'],
    ['setGas', 'sstoreInitEIP2200Gas'],
    ['resetGas', 'sstoreCleanEIP2200Gas'],
    ['clearRefundGas', 'sstoreClearRefundEIP2200Gas'],
    ['unsetRefundGas', 'sstoreInitRefundEIP2200Gas'],
  ] as const)('EIP-2200’s %s is the package’s %s', (ours, theirs) => {
    for (const hardfork of between('istanbul', 'osaka')) {
      expect([hardfork, pricesOf(hardfork).store[ours]]).toEqual([hardfork, packagePrice(hardfork, theirs)])
    }
  })

  test('warmth begins with Berlin, net metering with Istanbul but for one fork before', () => {
    const since = (has: (hardfork: Hardfork) => boolean) => HARDFORKS.filter(has)
    expect(since((hardfork) => pricesOf(hardfork).hasWarmth)).toEqual(between('berlin', 'osaka'))
    const net = since((hardfork) => pricesOf(hardfork).store.isNet)
    expect(net).toEqual(['constantinople', ...between('istanbul', 'osaka')])
  })
})

function between(first: Hardfork, last: Hardfork): readonly Hardfork[] {
  return HARDFORKS.slice(HARDFORKS.indexOf(first), HARDFORKS.indexOf(last) + 1)
}

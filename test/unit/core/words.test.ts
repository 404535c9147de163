import { expect, test } from 'vitest'
import { createTestCore } from '../../harness/core.ts'

const { exports: core, memory } = createTestCore()
const [A, B, M, OUT] = [0, 1, 2, 3].map(() => core.allocate(32)) as [number, number, number, number]

const two = (power: number): bigint => 1n << BigInt(power)
const MINUS_ONE = two(256) - 1n

/** Cases that no generator meets often: each is the one where a fast path ends. */
test.each([
  ['sdiv', -two(63), MINUS_ONE, two(63)],
  ['sdiv', -two(255), MINUS_ONE, two(255)],
  ['sdiv', -two(63) + 1n, MINUS_ONE, two(63) - 1n],
  ['sdiv', two(63), MINUS_ONE, -two(63)],
  ['sdiv', two(64), MINUS_ONE, -two(64)],
  ['smod', -two(63), MINUS_ONE, 0n],
  ['smod', -two(255), MINUS_ONE, 0n],
  ['smod', -7n, 0n, 0n],
  ['smod', -7n, 3n, -1n],
  ['smod', 7n, -3n, 1n],
  ['div', two(64) - 1n, 1n, two(64) - 1n],
  ['div', two(64), 1n, two(64)],
  ['mod', two(64), two(64), 0n],
  ['exp', 0n, 0n, 1n],
  ['exp', 0n, two(255), 0n],
  ['exp', 256n, 31n, two(248)],
  ['exp', 256n, 32n, 0n],
  ['exp', two(255), 1n, two(255)],
  ['exp', 2n, two(64), 0n],
  ['exp', 1n, MINUS_ONE, 1n],
  ['exp', MINUS_ONE, MINUS_ONE, MINUS_ONE],
  ['exp', 3n, 161n, 3n ** 161n],
] as const)('%s of %s and %s is %s', (name, a, b, expected) => {
  memory.writeWord(A, BigInt.asUintN(256, a))
  memory.writeWord(B, BigInt.asUintN(256, b))
  core[name](OUT, A, B)
  expect(memory.readWord(OUT)).toBe(BigInt.asUintN(256, expected))
})

test.each([
  ['addmod', MINUS_ONE, MINUS_ONE, MINUS_ONE, 0n],
  ['addmod', MINUS_ONE, 1n, MINUS_ONE, 1n],
  ['addmod', MINUS_ONE, 2n, two(255) + 1n, (two(256) + 1n) % (two(255) + 1n)],
  ['addmod', 5n, 6n, 0n, 0n],
  ['mulmod', MINUS_ONE, MINUS_ONE, MINUS_ONE, 0n],
  ['mulmod', MINUS_ONE - 1n, MINUS_ONE - 1n, MINUS_ONE, 1n],
  ['mulmod', two(255), two(255), MINUS_ONE, two(254)],
  ['mulmod', two(64) - 1n, two(64) - 1n, two(64), 1n],
  ['mulmod', 5n, 6n, 0n, 0n],
  ['mulmod', two(200), two(200), 0n, 0n],
  ['mulmod', two(200), two(200), 1n, 0n],
] as const)('%s of %s, %s and %s is %s', (name, a, b, m, expected) => {
  memory.writeWord(A, a)
  memory.writeWord(B, b)
  memory.writeWord(M, m)
  core[name](OUT, A, B, M)
  expect(memory.readWord(OUT)).toBe(expected)
})

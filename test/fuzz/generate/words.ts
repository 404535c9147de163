import type { Random } from '../random.ts'
import { contractWord, SENDER } from '../scenario.ts'

const MAX = (1n << 256n) - 1n

/** Numbers at which arithmetic, gas or memory have been wrong before. */
const EDGES: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  31n,
  32n,
  33n,
  255n,
  256n,
  (1n << 31n) - 1n,
  1n << 31n,
  (1n << 32n) - 1n,
  1n << 32n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
  1n << 64n,
  (1n << 64n) + 1n,
  (1n << 128n) - 1n,
  1n << 128n,
  1n << 192n,
  (1n << 255n) - 1n,
  1n << 255n,
  (1n << 255n) + 1n,
  MAX - 1n,
  MAX,
]

const PRECOMPILES = 0x12

/** An operand: small, at an edge, a power of two and its neighbours, a few bits wide, or anything. */
export function anyWord(random: Random): bigint {
  switch (random.below(5)) {
    case 0:
      return BigInt(random.below(300))
    case 1:
      return random.pick(EDGES)
    case 2:
      return BigInt.asUintN(256, (1n << BigInt(random.below(256))) + BigInt(random.between(-1, 1)))
    case 3:
      return random.bits(random.between(1, 256))
    default:
      return BigInt.asUintN(256, -random.bits(random.between(1, 70)))
  }
}

/** An offset or length in memory, call data or code: nearly always one that gas can pay for. */
export function anyOffset(random: Random): bigint {
  if (random.oneIn(200)) return random.pick(EDGES)
  if (random.oneIn(40)) return BigInt(random.below(20_000))
  return BigInt(random.oneIn(3) ? random.below(200) : 32 * random.below(6))
}

/** A length: often none. */
export function anyLength(random: Random): bigint {
  return random.oneIn(4) ? 0n : anyOffset(random)
}

/** An account: a contract, a precompile, the sender, nobody. Sometimes with bits that an address does not have. */
export function anyAddress(random: Random, contracts: number): bigint {
  const address = random.weighted([
    [10, contractWord(random.below(contracts))],
    [4, BigInt(random.between(1, PRECOMPILES))],
    [1, BigInt(SENDER)],
    [1, 0x100n],
    [1, 0xdeadn],
    [1, 0n],
  ])
  return random.oneIn(20) ? address | (random.bits(96) << 160n) : address
}

/** A slot: one of few, so that programs meet. */
export function anySlot(random: Random): bigint {
  return random.oneIn(10) ? anyWord(random) : BigInt(random.below(4))
}

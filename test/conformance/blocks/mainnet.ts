import type { Hardfork, Rules } from '../../../src/primitives/index.ts'
import { rulesOf } from '../../../src/primitives/index.ts'

/** Mainnet's forks by their first block, and since Paris by their time. Source: ethereum.org, "History of Ethereum". */
const BY_NUMBER: readonly (readonly [firstBlock: bigint, Hardfork])[] = [
  [15_537_394n, 'paris'],
  [12_965_000n, 'london'],
  [12_244_000n, 'berlin'],
  [9_069_000n, 'istanbul'],
  // Constantinople never ran on mainnet without its correction.
  [7_280_000n, 'petersburg'],
  [4_370_000n, 'byzantium'],
  [2_675_000n, 'spuriousDragon'],
  [2_463_000n, 'tangerineWhistle'],
  [1_150_000n, 'homestead'],
  [0n, 'frontier'],
]
const BY_TIME: readonly (readonly [timestampSeconds: bigint, Hardfork])[] = [
  [1_764_798_551n, 'osaka'],
  [1_746_612_311n, 'prague'],
  [1_710_338_135n, 'cancun'],
  [1_681_338_455n, 'shanghai'],
]

/** The rules of a mainnet block. */
export function mainnetRules(number: bigint, timestampSeconds: bigint): Rules {
  const [, hardfork = 'frontier'] =
    BY_TIME.find(([since]) => timestampSeconds >= since) ?? BY_NUMBER.find(([since]) => number >= since) ?? []
  return rulesOf(hardfork)
}

/** The block in which the balances of a list of accounts were moved by decree: nothing a transaction did. */
export const DAO_FORK_BLOCK = 1_920_000n

import type { Hash, Log } from '../../src/primitives/index.ts'
import { fromHex, keccakHash, rlpEncode } from '../../src/primitives/index.ts'
import type { StateDiff } from '../../src/state/index.ts'
import { createOverlay, emptyView, stateRootOf } from '../../src/state/index.ts'

/** The root of the state that `pre` makes and `diff` changes. */
export function rootAfter(pre: StateDiff, diff: StateDiff): Hash {
  const overlay = createOverlay(emptyView)
  overlay.apply(pre)
  overlay.apply(diff)
  return stateRootOf(overlay.diff())
}

/** How the suites name a list of logs: the hash of its RLP. */
export function hashOfLogs(logs: readonly Log[]): Hash {
  return keccakHash(rlpEncode(logs.map(({ address, topics, data }) => [fromHex(address), topics.map(fromHex), data])))
}

/** A block's hash in tests without a chain: that of its number, written in decimal. */
export function fixtureBlockHash(number: bigint): Hash {
  return keccakHash(new TextEncoder().encode(number.toString()))
}

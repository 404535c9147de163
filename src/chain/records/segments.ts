import { fromHex, type Hash, hashFromBytes } from '../../primitives/index.ts'
import type { StoreReader, Write } from '../../state/index.ts'
import { chainKeys } from './keys.ts'

/**
 * Idle segments: the trie nodes of an idle block are 5 kB and the block is 1, so where a whole segment of blocks is idle
 * only those of its last block are stored. The state of the others is that before the segment with what their access
 * lists say that they changed.
 *
 * - SEG-1 *All or the last*: of the blocks of a segment, all have their trie nodes in the store, or the segment has a
 *   record and its last block has.
 */
export const SEGMENT_BLOCKS = 256n

/** The segment of block `number`, 1 or more: segment s holds the blocks after s * 256, up to (s + 1) * 256. */
function segmentOf(number: bigint): bigint {
  return (number - 1n) / SEGMENT_BLOCKS
}

/** What the state of a block inside an idle segment is made from. */
export type SegmentStart = {
  /** The first block of the segment. */
  readonly firstBlock: bigint
  /** Of the state before that block. */
  readonly stateRoot: Hash
}

/** Undefined for a block whose trie nodes are stored. */
export function readSegmentStart(reader: StoreReader, number: bigint): SegmentStart | undefined {
  if (number % SEGMENT_BLOCKS === 0n) return undefined
  const segment = segmentOf(number)
  const bytes = reader.get(chainKeys.idleSegment(segment))
  if (bytes === undefined) return undefined
  return { firstBlock: segment * SEGMENT_BLOCKS + 1n, stateRoot: hashFromBytes(bytes) }
}

/** Says that the blocks of a segment are idle, whose first block is `firstBlock`. */
export function segmentWrite({ firstBlock, stateRoot }: SegmentStart): Write {
  return { key: chainKeys.idleSegment(segmentOf(firstBlock)), value: fromHex(stateRoot) }
}

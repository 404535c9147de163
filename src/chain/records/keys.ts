import type { Bytes, Hash } from '../../primitives/index.ts'
import { concatBytes, fromHex } from '../../primitives/index.ts'
import { KEY_PREFIX } from '../../state/index.ts'

/** Where each record of the chain stands in the store. Numbers are big-endian, so that their order is the store's. */
export const chainKeys = {
  identity: key(KEY_PREFIX.meta, Uint8Array.of(0)),
  head: key(KEY_PREFIX.meta, Uint8Array.of(1)),
  firstBlock: key(KEY_PREFIX.meta, Uint8Array.of(2)),
  header: (number: bigint): Bytes => key(KEY_PREFIX.header, numberBytes(number)),
  body: (number: bigint): Bytes => key(KEY_PREFIX.body, numberBytes(number)),
  receipts: (number: bigint): Bytes => key(KEY_PREFIX.receipts, numberBytes(number)),
  accessList: (number: bigint): Bytes => key(KEY_PREFIX.accessList, numberBytes(number)),
  teamRun: (number: bigint): Bytes => key(KEY_PREFIX.teamRun, numberBytes(number)),
  /** A block's number by its hash. */
  number: (blockHash: Hash): Bytes => key(KEY_PREFIX.blockNumber, fromHex(blockHash)),
  /** A transaction's place by its hash. */
  transaction: (hash: Hash): Bytes => key(KEY_PREFIX.transaction, fromHex(hash)),
  /** What consensus said of a block, in its own encoding. */
  order: (number: bigint): Bytes => key(KEY_PREFIX.order, numberBytes(number)),
  /** Root of the state before a segment of idle blocks whose nodes are not all stored. See records/segments.ts. */
  idleSegment: (segment: bigint): Bytes => key(KEY_PREFIX.idleSegment, numberBytes(segment)),
  /** What takes back the commit that made `version`. */
  undo: (version: bigint): Bytes => key(KEY_PREFIX.undo, numberBytes(version)),
} as const

function key(prefix: number, rest: Bytes): Bytes {
  return concatBytes(Uint8Array.of(prefix), rest)
}

/** Eight bytes, big-endian. */
function numberBytes(number: bigint): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, number)
  return bytes
}

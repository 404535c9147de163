import type { Bytes, Hash } from '../../primitives/index.ts'
import { BaseError, fromHex, hashFromBytes, type RlpItem, rlpDecode, rlpEncode } from '../../primitives/index.ts'

const HASH_BYTES = 32

/** What peers send each other on the channel `transactions`. */
export type TransactionMessage =
  /** Encodings (EIP-2718). RLP: their list. */
  | { readonly kind: 'transactions'; readonly raws: readonly Bytes[] }
  /** Those of them that the receiver has in its pool now. RLP: a list that holds the list of their hashes. */
  | { readonly kind: 'acknowledged'; readonly hashes: readonly Hash[] }

/** Encodes transactions that are passed on. */
export function encodeForwarded(raws: readonly Bytes[]): Bytes {
  return rlpEncode(raws)
}

/** Encodes which of a peer's transactions are taken. */
export function encodeAcknowledged(hashes: readonly Hash[]): Bytes {
  return rlpEncode([hashes.map(fromHex)])
}

/** Undefined for bytes that are neither. */
export function decodeTransactionMessage(bytes: Bytes): TransactionMessage | undefined {
  const items = itemsOf(bytes)
  if (items === undefined || items instanceof Uint8Array) return undefined
  const [first] = items
  if (items.length === 1 && first !== undefined && !(first instanceof Uint8Array)) {
    const hashes = first.filter((item) => item instanceof Uint8Array && item.length === HASH_BYTES)
    if (hashes.length !== first.length) return undefined
    return { kind: 'acknowledged', hashes: hashes.map((hash) => hashFromBytes(hash as Bytes)) }
  }
  const raws = items.filter((item) => item instanceof Uint8Array)
  return raws.length === items.length ? { kind: 'transactions', raws } : undefined
}

function itemsOf(bytes: Bytes): RlpItem | undefined {
  try {
    return rlpDecode(bytes)
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}

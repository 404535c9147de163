import { RLP } from '@ethereumjs/rlp'
import { BaseError, messageOf } from './errors.ts'
import type { Bytes } from './types.ts'

/** A byte string or a list of items. Source: Yellow Paper, appendix B. */
export type RlpItem = Bytes | readonly RlpItem[]

/** Encodes an item. */
export function rlpEncode(item: RlpItem): Bytes {
  return RLP.encode(item as Parameters<typeof RLP.encode>[0])
}

/** Decodes exactly one item. Throws `INVALID_RLP` for malformed input or bytes after the item. */
export function rlpDecode(bytes: Bytes): RlpItem {
  try {
    return RLP.decode(bytes) as RlpItem
  } catch (cause) {
    throw new BaseError('INVALID_RLP', `the bytes are not valid RLP: ${messageOf(cause)}`, { cause })
  }
}

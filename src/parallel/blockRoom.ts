import type { Transaction } from '../primitives/index.ts'
import type { Rejection } from '../router/index.ts'

/** What a block has left: gas, and blobs. */
export type Room = { gas: bigint; blobs: bigint }

/** Why the block has no room for `transaction`; undefined when it has. Source: Yellow Paper 6.2, EIP-4844. */
export function checkRoom(room: Readonly<Room>, transaction: Transaction): Rejection | undefined {
  if (transaction.gasLimit > room.gas) {
    return {
      code: 'GAS_ALLOWANCE_EXCEEDED',
      message: `gas limit reached: have ${room.gas}, want ${transaction.gasLimit}`,
    }
  }
  const blobs = BigInt(transaction.blobVersionedHashes.length)
  if (blobs > room.blobs) {
    return {
      code: 'TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED',
      message: `blob gas limit reached: have ${room.blobs} blobs, want ${blobs}`,
    }
  }
  return undefined
}

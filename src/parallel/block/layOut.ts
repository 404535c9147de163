import type { Transaction } from '../../primitives/index.ts'
import type { Room } from '../blockRoom.ts'
import { writeContext } from '../codec/blockContext.ts'
import type { ByteWriter } from '../codec/byteWriter.ts'
import { writeTransaction } from '../codec/transaction.ts'
import type { BlockInput } from '../executor.ts'
import type { Arena, Pointer } from '../memory/arena.ts'
import { BLOBS_LEFT, CONTEXT, CONTEXT_BYTES, GAS_LEFT, TRANSACTION_COUNT, TRANSACTIONS } from '../memory/control.ts'
import { createTable } from '../memory/locations.ts'
import { INPUT_BLOBS, INPUT_BYTES, INPUT_GAS_LIMIT, INPUT_LENGTH, TRANSACTION_WORDS } from '../memory/records.ts'

const MOST_GAS = 2n ** 64n - 1n
/** Locations of a transaction for which there is room. */
const LOCATIONS_PER_TRANSACTION = 32

/** Whether the memory can say what room the block has: in 64 bits. */
export function fitsMemory({ context }: BlockInput): boolean {
  return context.gasLimit <= MOST_GAS
}

/**
 * Puts a block into the memory, in place of the one before; its transactions follow one by one. `room` is what the transactions
 * have of it; `known` is how many locations will be entered before they begin.
 */
export function layOut(arena: Arena, input: BlockInput, room: Readonly<Room>, known: number, out: ByteWriter): void {
  const { rules, context, transactions } = input
  arena.clear()
  createTable(arena, transactions.length * LOCATIONS_PER_TRANSACTION + known)
  arena.setLimb(GAS_LEFT, room.gas)
  arena.setLimb(BLOBS_LEFT, room.blobs)

  writeContext(out, { rules, block: context })
  const bytes = out.take()
  const at = arena.take((bytes.length + 3) >> 2)
  arena.bytes.set(bytes, at * 4)
  arena.store(CONTEXT, at)
  arena.store(CONTEXT_BYTES, bytes.length)

  const table = arena.takeZeroed(transactions.length * TRANSACTION_WORDS)
  arena.store(TRANSACTIONS, table)
  arena.store(TRANSACTION_COUNT, transactions.length)
}

/** Puts a transaction there, for whoever will claim it. */
export function layOutTransaction(arena: Arena, transaction: Transaction, out: ByteWriter): Pointer {
  writeTransaction(out, transaction)
  const bytes = out.take()
  const input = arena.take(INPUT_BYTES + ((bytes.length + 3) >> 2))
  arena.set(input + INPUT_LENGTH, bytes.length)
  arena.set(input + INPUT_BLOBS, transaction.blobVersionedHashes.length)
  arena.setLimb(input + INPUT_GAS_LIMIT, transaction.gasLimit < MOST_GAS ? transaction.gasLimit : MOST_GAS)
  arena.bytes.set(bytes, (input + INPUT_BYTES) * 4)
  return input
}

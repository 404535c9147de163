import type { Core } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import { assert } from '../../primitives/index.ts'
import type { BlockContext, TransactionContext } from '../../vm/index.ts'

/** Writes what ORIGIN, GASPRICE and BLOBHASH answer. */
export function writeTransaction({ memory }: Core, transaction: TransactionContext): void {
  const { origin, gasPriceWei, blobVersionedHashes } = transaction
  assert(blobVersionedHashes.length <= layout.MAX_BLOB_HASHES, 'blob hashes fit the context')
  memory.writeAddress(layout.CONTEXT + layout.CONTEXT_ORIGIN, origin)
  memory.writeWord(layout.CONTEXT + layout.CONTEXT_GAS_PRICE, gasPriceWei)
  memory.view.setUint32(layout.CONTEXT + layout.CONTEXT_BLOB_HASH_COUNT, blobVersionedHashes.length, true)
  blobVersionedHashes.forEach((hash, i) => {
    memory.writeHash(layout.CONTEXT + layout.CONTEXT_BLOB_HASHES + i * layout.WORD_BYTES, hash)
  })
}

/** Writes what the opcodes 0x40 to 0x48 and BLOBBASEFEE answer. */
export function writeBlock({ memory }: Core, block: BlockContext): void {
  const write = (field: number, word: bigint): void => memory.writeWord(layout.CONTEXT + field, word)
  memory.writeAddress(layout.CONTEXT + layout.CONTEXT_COINBASE, block.coinbase)
  memory.writeHash(layout.CONTEXT + layout.CONTEXT_PREVRANDAO, block.prevRandao)
  write(layout.CONTEXT_TIMESTAMP, block.timestampSeconds)
  write(layout.CONTEXT_NUMBER, block.number)
  write(layout.CONTEXT_GAS_LIMIT, block.gasLimit)
  write(layout.CONTEXT_CHAIN_ID, block.chainId)
  write(layout.CONTEXT_BASE_FEE, block.baseFeeWei)
  write(layout.CONTEXT_BLOB_BASE_FEE, block.blobBaseFeeWei)
}

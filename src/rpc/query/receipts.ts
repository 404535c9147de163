import type { Block, ExecutedBlock } from '../../chain/index.ts'
import type { Hash, SignedTransaction } from '../../primitives/index.ts'
import { assert } from '../../primitives/index.ts'
import type { JsonObject } from '../json.ts'
import type { Services } from '../scope.ts'
import { receiptView } from '../view/receipt.ts'

/** A block with its receipts. */
export function executedBlock({ archive }: Pick<Services, 'archive'>, block: Block): ExecutedBlock {
  const receipts = archive.receipts(block.hash)
  assert(receipts !== undefined, 'a block is stored with its receipts')
  return { block, receipts }
}

/** A transaction's block and place in it. */
export function findMined(
  { archive }: Services,
  hash: Hash,
): { readonly block: Block; readonly index: number; readonly transaction: SignedTransaction } | undefined {
  const location = archive.transaction(hash)
  if (location === undefined) return undefined
  const block = archive.block(location.blockHash)
  const transaction = block?.transactions[location.index]
  assert(block !== undefined && transaction !== undefined, 'an indexed transaction is in its block')
  return { block, index: location.index, transaction }
}

/** A mined transaction's receipt as clients know it. */
export function findReceipt(services: Services, hash: Hash): JsonObject | undefined {
  const mined = findMined(services, hash)
  if (mined === undefined) return undefined
  return receiptView(executedBlock(services, mined.block), mined.index, services.config.rules)
}

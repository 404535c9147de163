import type { Block, ExecutedBlock, LocatedLog } from '../../chain/index.ts'
import type { Rules } from '../../primitives/index.ts'
import { assert, toHex, toQuantity } from '../../primitives/index.ts'
import { BLOB_GAS, blobBaseFee } from '../../router/index.ts'
import type { Json, JsonObject } from '../json.ts'
import { logView } from './log.ts'

/** The logs of one transaction, each with its place. O(receipts before it), where all logs of the block would cost more. */
function logsOf({ block, receipts }: ExecutedBlock, transactionIndex: number): readonly LocatedLog[] {
  const firstLogIndex = receipts.slice(0, transactionIndex).reduce((count, { logs }) => count + logs.length, 0)
  const { transaction, receipt } = entryOf({ block, receipts }, transactionIndex)
  return receipt.logs.map((log, index) => ({
    ...log,
    blockHash: block.hash,
    blockNumber: block.header.number,
    blockTimestampSeconds: block.header.timestampSeconds,
    transactionHash: transaction.hash,
    transactionIndex,
    logIndex: firstLogIndex + index,
  }))
}

function entryOf({ block, receipts }: ExecutedBlock, index: number) {
  const transaction = block.transactions[index]
  const receipt = receipts[index]
  assert(transaction !== undefined && receipt !== undefined, 'a block has a receipt per transaction')
  return { transaction, receipt }
}

/** One receipt of a block. The keys are exactly the specification's. */
export function receiptView(executed: ExecutedBlock, index: number, rules: Rules): JsonObject {
  const { block } = executed
  const { transaction, receipt } = entryOf(executed, index)
  return {
    type: toQuantity(receipt.type),
    status: receipt.succeeded ? '0x1' : '0x0',
    transactionHash: transaction.hash,
    transactionIndex: toQuantity(index),
    blockHash: block.hash,
    blockNumber: toQuantity(block.header.number),
    from: transaction.sender,
    to: transaction.to ?? null,
    contractAddress: receipt.contractAddress ?? null,
    cumulativeGasUsed: toQuantity(receipt.cumulativeGasUsed),
    gasUsed: toQuantity(receipt.gasUsed),
    effectiveGasPrice: toQuantity(receipt.effectiveGasPriceWei),
    logs: logsOf(executed, index).map(logView),
    logsBloom: toHex(receipt.logsBloom),
    ...(receipt.type === 3 && blobFields(block, transaction.blobVersionedHashes.length, rules)),
  }
}

function blobFields(block: Block, blobCount: number, rules: Rules): Record<string, Json> {
  return {
    blobGasUsed: toQuantity(BigInt(blobCount) * BLOB_GAS),
    blobGasPrice: toQuantity(blobBaseFee(rules, block.header.excessBlobGas)),
  }
}

import { toQuantity } from '../../../primitives/index.ts'
import { anyBlock, type BlockReference, blockByHash, blockNumber } from '../../codec/block.ts'
import { withDefault } from '../../codec/codec.ts'
import { boolean, integer } from '../../codec/scalars.ts'
import type { Json, JsonObject } from '../../json.ts'
import { defineHeavyRead, defineMethod } from '../../method.ts'
import { findBlock, isPending } from '../../query/blocks.ts'
import { pendingBlockTransactions, pendingQuery, pendingTransactions } from '../../query/pool.ts'
import { executedBlock } from '../../query/receipts.ts'
import type { Scope } from '../../scope.ts'
import { blockView, headerOf, headerView, orderedBlockView, pendingBlockView } from '../../view/block.ts'
import { receiptView } from '../../view/receipt.ts'

const isFull = withDefault(boolean, false)

async function getBlock(scope: Scope, reference: BlockReference, withTransactions: boolean): Promise<Json> {
  if (isPending(reference)) return getPendingBlock(scope, withTransactions)
  const block = findBlock(scope.archive, reference)
  return block === undefined ? null : blockView(block, withTransactions)
}

async function getPendingBlock(scope: Scope, withTransactions: boolean): Promise<JsonObject> {
  const { archive, producer } = scope
  const pending = producer.pending()
  if (pending !== undefined) return orderedBlockView(pending.block, withTransactions)
  const query = pendingQuery(scope)
  if (query !== undefined) return orderedBlockView(await scope.simulator.pendingBlock(query), withTransactions)
  const waiting = await pendingTransactions(scope)
  return pendingBlockView(producer.next(), archive.headBlock(), waiting, withTransactions)
}

async function getHeader(scope: Scope, reference: BlockReference): Promise<Json> {
  if (isPending(reference)) return headerOf(await getPendingBlock(scope, false))
  const block = findBlock(scope.archive, reference)
  return block === undefined ? null : headerView(block)
}

async function countTransactions(scope: Scope, reference: BlockReference): Promise<Json> {
  if (isPending(reference)) return toQuantity((await pendingBlockTransactions(scope)).length)
  const block = findBlock(scope.archive, reference)
  return block === undefined ? null : toQuantity(block.transactions.length)
}

/** There have been no ommers since Paris. */
function countUncles({ archive }: Scope, reference: BlockReference): Json {
  return findBlock(archive, reference) === undefined ? null : '0x0'
}

/** Blocks, headers, receipts by block. What does not exist is null. */
export const blockMethods = [
  defineMethod({
    name: 'eth_blockNumber',
    summary: 'The number of the newest block.',
    params: [],
    handler: ({ archive }) => toQuantity(archive.head().blockNumber),
  }),
  defineMethod({
    name: 'eth_getBlockByNumber',
    summary: 'A block, with the hashes of its transactions or all of them.',
    params: [blockNumber, isFull],
    handler: getBlock,
  }),
  defineMethod({
    name: 'eth_getBlockByHash',
    summary: 'A block, with the hashes of its transactions or all of them.',
    params: [blockByHash, isFull],
    handler: getBlock,
  }),
  defineMethod({
    name: 'eth_getHeaderByNumber',
    summary: "A block's header.",
    params: [blockNumber],
    handler: getHeader,
  }),
  defineMethod({
    name: 'eth_getHeaderByHash',
    summary: "A block's header.",
    params: [blockByHash],
    handler: getHeader,
  }),
  defineMethod({
    name: 'eth_getBlockTransactionCountByNumber',
    summary: 'How many transactions a block has.',
    params: [blockNumber],
    handler: countTransactions,
  }),
  defineMethod({
    name: 'eth_getBlockTransactionCountByHash',
    summary: 'How many transactions a block has.',
    params: [blockByHash],
    handler: countTransactions,
  }),
  defineHeavyRead({
    name: 'eth_getBlockReceipts',
    summary: 'The receipts of a block, in order.',
    params: [anyBlock],
    handler(scope, reference) {
      const block = isPending(reference) ? undefined : findBlock(scope.archive, reference)
      if (block === undefined) return null
      const executed = executedBlock(scope, block)
      return executed.receipts.map((_, index) => receiptView(executed, index, scope.config.rules))
    },
  }),
  defineMethod({
    name: 'eth_getUncleCountByBlockNumber',
    summary: 'Always 0: there are no uncles.',
    params: [blockNumber],
    handler: countUncles,
  }),
  defineMethod({
    name: 'eth_getUncleCountByBlockHash',
    summary: 'Always 0: there are no uncles.',
    params: [blockByHash],
    handler: countUncles,
  }),
  defineMethod({
    name: 'eth_getUncleByBlockNumberAndIndex',
    summary: 'Always null: there are no uncles.',
    params: [blockNumber, integer],
    handler: () => null,
  }),
  defineMethod({
    name: 'eth_getUncleByBlockHashAndIndex',
    summary: 'Always null: there are no uncles.',
    params: [blockByHash, integer],
    handler: () => null,
  }),
]

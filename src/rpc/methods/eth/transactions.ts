import { toHex } from '../../../primitives/index.ts'
import { type BlockReference, blockByHash, blockNumber } from '../../codec/block.ts'
import { hash, integer } from '../../codec/scalars.ts'
import type { Json } from '../../json.ts'
import { defineMethod } from '../../method.ts'
import { findBlock, isPending } from '../../query/blocks.ts'
import { pendingBlockTransactions } from '../../query/pool.ts'
import { findMined, findReceipt } from '../../query/receipts.ts'
import type { Scope } from '../../scope.ts'
import { minedTransactionView, pendingTransactionView } from '../../view/transaction.ts'

async function getByIndex(scope: Scope, reference: BlockReference, index: number): Promise<Json> {
  if (isPending(reference)) {
    const waiting = (await pendingBlockTransactions(scope))[index]
    return waiting === undefined ? null : pendingTransactionView(waiting)
  }
  const block = findBlock(scope.archive, reference)
  return block?.transactions[index] === undefined ? null : minedTransactionView(block, index)
}

async function getRawByIndex(scope: Scope, reference: BlockReference, index: number): Promise<Json> {
  const transactions = isPending(reference)
    ? await pendingBlockTransactions(scope)
    : findBlock(scope.archive, reference)?.transactions
  const transaction = transactions?.[index]
  return transaction === undefined ? null : toHex(transaction.raw)
}

/** Transactions, mined or waiting, and receipts. What does not exist is null. */
export const transactionMethods = [
  defineMethod({
    name: 'eth_getTransactionByHash',
    summary: 'A transaction, mined or waiting.',
    params: [hash],
    handler(scope, name) {
      const mined = findMined(scope, name)
      if (mined !== undefined) return minedTransactionView(mined.block, mined.index)
      const waiting = scope.mempool.get(name)
      return waiting === undefined ? null : pendingTransactionView(waiting)
    },
  }),
  defineMethod({
    name: 'eth_getTransactionByBlockHashAndIndex',
    summary: 'A transaction by its place.',
    params: [blockByHash, integer],
    handler: getByIndex,
  }),
  defineMethod({
    name: 'eth_getTransactionByBlockNumberAndIndex',
    summary: 'A transaction by its place.',
    params: [blockNumber, integer],
    handler: getByIndex,
  }),
  defineMethod({
    name: 'eth_getRawTransactionByHash',
    aliases: ['debug_getRawTransaction'],
    summary: "A transaction's bytes.",
    params: [hash],
    handler(scope, name) {
      const transaction = findMined(scope, name)?.transaction ?? scope.mempool.get(name)
      return transaction === undefined ? null : toHex(transaction.raw)
    },
  }),
  defineMethod({
    name: 'eth_getRawTransactionByBlockHashAndIndex',
    summary: "A transaction's bytes by its place.",
    params: [blockByHash, integer],
    handler: getRawByIndex,
  }),
  defineMethod({
    name: 'eth_getRawTransactionByBlockNumberAndIndex',
    summary: "A transaction's bytes by its place.",
    params: [blockNumber, integer],
    handler: getRawByIndex,
  }),
  defineMethod({
    name: 'eth_getTransactionReceipt',
    summary: "A mined transaction's receipt.",
    params: [hash],
    handler: (scope, name) => findReceipt(scope, name) ?? null,
  }),
]

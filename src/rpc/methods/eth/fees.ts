import { type FeeHistory, feeHistory } from '../../../chain/index.ts'
import { inspect, toQuantity } from '../../../primitives/index.ts'
import { blockNumber } from '../../codec/block.ts'
import { listOf, refuse, required, withDefault } from '../../codec/codec.ts'
import { quantity64 } from '../../codec/scalars.ts'
import type { JsonObject } from '../../json.ts'
import { defineHeavyRead, defineMethod } from '../../method.ts'
import { numberOf } from '../../query/blocks.ts'
import { nextBaseFeeWei, nextBlobBaseFeeWei, suggestedGasPriceWei, suggestedTipWei } from '../../query/fees.ts'

/** Whether it is from 0 to 100 and in order is the chain's question. */
const percentile = required('percentile', (json, path) =>
  typeof json === 'number' ? json : refuse(path, `want a number, got ${inspect(json)}`),
)

/** More are refused by the chain in geth's words. */
const MAX_PERCENTILES_READ = 1000

function feeHistoryView(history: FeeHistory): JsonObject {
  return {
    oldestBlock: toQuantity(history.oldestBlock),
    baseFeePerGas: history.baseFeesWei.map((fee) => toQuantity(fee)),
    gasUsedRatio: history.gasUsedRatios,
    baseFeePerBlobGas: history.blobBaseFeesWei.map((fee) => toQuantity(fee)),
    blobGasUsedRatio: history.blobGasUsedRatios,
    reward: history.rewardsWei?.map((tips) => tips.map((tip) => toQuantity(tip))),
  }
}

/** What gas costs. */
export const feeMethods = [
  defineMethod({
    name: 'eth_gasPrice',
    summary: 'A legacy gas price for the next block: its base fee and a tip.',
    params: [],
    handler: (scope) => toQuantity(suggestedGasPriceWei(scope)),
  }),
  defineMethod({
    name: 'eth_maxPriorityFeePerGas',
    summary: 'A tip for the next block: the median of recent ones, at least 1 gwei.',
    params: [],
    handler: (scope) => toQuantity(suggestedTipWei(scope)),
  }),
  defineMethod({
    name: 'eth_baseFee',
    summary: "The next block's base fee.",
    params: [],
    handler: (scope) => toQuantity(nextBaseFeeWei(scope)),
  }),
  defineMethod({
    name: 'eth_blobBaseFee',
    summary: "The next block's base fee of blob gas. Blobs are not taken, so it stays at its least.",
    params: [],
    handler: (scope) => toQuantity(nextBlobBaseFeeWei(scope)),
  }),
  defineHeavyRead({
    name: 'eth_feeHistory',
    summary: 'Fees of past blocks, and tips at percentiles of their gas.',
    params: [quantity64, blockNumber, withDefault(listOf(percentile, MAX_PERCENTILES_READ), [])],
    handler(scope, count, newestBlock, percentiles) {
      const newest = numberOf(scope.archive, newestBlock)
      const query = { count, newest, percentiles }
      return feeHistoryView(feeHistory(scope.archive, scope.config.rules, query, scope.nextBaseFeeWei))
    },
  }),
]

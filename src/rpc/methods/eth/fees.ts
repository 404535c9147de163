import { inspect, toQuantity } from '../../../primitives/index.ts'
import { blockNumber } from '../../codec/block.ts'
import { listOf, refuse, required, withDefault } from '../../codec/codec.ts'
import { integer } from '../../codec/scalars.ts'
import { refused } from '../../error.ts'
import type { Json, JsonObject } from '../../json.ts'
import { defineMethod } from '../../method.ts'
import { canonicalBlock, numberOf } from '../../query/blocks.ts'
import {
  blobBaseFeeWei,
  blobGasUsedRatio,
  nextBaseFeeWei,
  nextBlobBaseFeeWei,
  SUGGESTED_TIP_WEI,
  suggestedGasPriceWei,
  tipsAtPercentiles,
} from '../../query/fees.ts'
import { executedBlock } from '../../query/receipts.ts'
import type { Scope } from '../../scope.ts'

/** geth's bounds. */
const MAX_HISTORY_BLOCKS = 1024
const MAX_PERCENTILES = 100

const percentile = required('percentile', (json, path) =>
  typeof json === 'number' && json >= 0 && json <= 100
    ? json
    : refuse(path, `want a percentile from 0 to 100, got ${inspect(json)}`),
)

const percentiles = required('percentile[]', (json, path) => {
  const list = listOf(percentile, MAX_PERCENTILES).decode(json, path)
  const isAscending = list.every((value, index) => value >= (list[index - 1] ?? 0))
  return isAscending ? list : refuse(path, 'reward percentiles must ascend')
})

/** Fees of the `count` blocks that end with number `newest`, and the base fee of the one after. */
function feeHistory(scope: Scope, count: number, newest: bigint, wanted: readonly number[]): JsonObject {
  const { archive } = scope
  const length = BigInt(Math.min(count, MAX_HISTORY_BLOCKS))
  const oldest = newest + 1n > length ? newest + 1n - length : 0n
  const blocks = Array.from({ length: Number(newest + 1n - oldest) }, (_, index) =>
    canonicalBlock(archive, oldest + BigInt(index)),
  )
  const next = newest < archive.head().blockNumber ? canonicalBlock(archive, newest + 1n).header : undefined
  const baseFees = [...blocks.map(({ header }) => header.baseFeeWei), next?.baseFeeWei ?? nextBaseFeeWei(scope)]
  const blobBaseFees = [
    ...blocks.map(({ header }) => blobBaseFeeWei(scope, header.excessBlobGas)),
    next === undefined ? nextBlobBaseFeeWei(scope) : blobBaseFeeWei(scope, next.excessBlobGas),
  ]
  const rewards: Json = blocks.map((block) =>
    tipsAtPercentiles(executedBlock(scope, block), wanted).map((tip) => toQuantity(tip)),
  )
  return {
    oldestBlock: toQuantity(oldest),
    baseFeePerGas: baseFees.map((fee) => toQuantity(fee)),
    gasUsedRatio: blocks.map(({ header }) => Number(header.gasUsed) / Number(header.gasLimit)),
    baseFeePerBlobGas: blobBaseFees.map((fee) => toQuantity(fee)),
    blobGasUsedRatio: blocks.map(({ header }) => blobGasUsedRatio(scope, header.blobGasUsed)),
    ...(wanted.length > 0 && { reward: rewards }),
  }
}

/** What gas costs. */
export const feeMethods = [
  defineMethod({
    name: 'eth_gasPrice',
    summary: 'A legacy gas price for the next block: its base fee and 1 gwei.',
    params: [],
    handler: (scope) => toQuantity(suggestedGasPriceWei(scope)),
  }),
  defineMethod({
    name: 'eth_maxPriorityFeePerGas',
    summary: 'The suggested tip: 1 gwei.',
    params: [],
    handler: () => toQuantity(SUGGESTED_TIP_WEI),
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
  defineMethod({
    name: 'eth_feeHistory',
    summary: 'Fees of past blocks, and tips at percentiles of their gas.',
    params: [integer, blockNumber, withDefault(percentiles, [])],
    handler(scope, count, newest, wanted) {
      const number = numberOf(scope.archive, newest)
      const head = scope.archive.head().blockNumber
      if (number > head) throw refused(`request beyond head block: requested ${number}, head ${head}`)
      return feeHistory(scope, count, number, wanted)
    },
  }),
]

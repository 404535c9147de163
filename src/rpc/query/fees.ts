import { type ExecutedBlock, nextExcessBlobGas } from '../../chain/index.ts'
import { assert } from '../../primitives/index.ts'
import { BLOB_GAS, blobBaseFee } from '../../router/index.ts'
import type { Services } from '../scope.ts'

/** What we suggest to tip: 1 gwei, as other developers' nodes do. */
export const SUGGESTED_TIP_WEI = 1_000_000_000n

/** The base fee that the next block asks for. */
export function nextBaseFeeWei({ producer }: Services): bigint {
  return producer.next().baseFeeWei
}

/** A legacy gas price that gets into the next block. */
export function suggestedGasPriceWei(services: Services): bigint {
  return nextBaseFeeWei(services) + SUGGESTED_TIP_WEI
}

/**
 * The tips paid per gas in a block at the given percentiles of its gas, ascending in 0 to 100. All zero for an empty
 * block.
 */
export function tipsAtPercentiles(
  { block, receipts }: ExecutedBlock,
  percentiles: readonly number[],
): readonly bigint[] {
  const paid = receipts
    .map((receipt) => ({ tipWei: receipt.effectiveGasPriceWei - block.header.baseFeeWei, gas: receipt.gasUsed }))
    .sort((a, b) => (a.tipWei < b.tipWei ? -1 : a.tipWei > b.tipWei ? 1 : 0))
  let index = 0
  let gasSoFar = paid[0]?.gas ?? 0n
  return percentiles.map((percentile) => {
    const threshold = BigInt(Math.floor((Number(block.header.gasUsed) * percentile) / 100))
    while (gasSoFar < threshold && index < paid.length - 1) {
      index += 1
      gasSoFar += paid[index]?.gas ?? 0n
    }
    return paid[index]?.tipWei ?? 0n
  })
}

/** Base fee per blob gas of a block with this excess. */
export function blobBaseFeeWei({ config }: Services, excessBlobGas: bigint): bigint {
  return blobBaseFee(config.rules, excessBlobGas)
}

/** Base fee per blob gas of the next block. */
export function nextBlobBaseFeeWei(services: Services): bigint {
  const { archive, config } = services
  return blobBaseFeeWei(services, nextExcessBlobGas(config.rules, archive.headBlock().header))
}

/** The share of a block's blob gas that was used. */
export function blobGasUsedRatio({ config }: Services, blobGasUsed: bigint): number {
  const { blobs } = config.rules
  assert(blobs !== undefined, 'a chain begins at Cancun or later')
  return Number(blobGasUsed) / Number(blobs.maxPerBlock * BLOB_GAS)
}

import { nextExcessBlobGas, suggestTip } from '../../chain/index.ts'
import { atMostWord } from '../../primitives/index.ts'
import { blobBaseFee } from '../../router/index.ts'
import type { Services } from '../scope.ts'

/** The base fee that the next block asks for. */
export function nextBaseFeeWei({ producer }: Services): bigint {
  return producer.next().baseFeeWei
}

/** A tip that gets into the next block. */
export function suggestedTipWei({ archive }: Services): bigint {
  return suggestTip(archive)
}

/** A legacy gas price that gets into the next block. */
export function suggestedGasPriceWei(services: Services): bigint {
  return atMostWord(nextBaseFeeWei(services) + suggestedTipWei(services))
}

/** Base fee per blob gas of the next block. */
export function nextBlobBaseFeeWei({ archive, config }: Services): bigint {
  return blobBaseFee(config.rules, nextExcessBlobGas(config.rules, archive.headBlock().header))
}

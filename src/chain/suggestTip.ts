import { effectiveGasPrice } from '../router/index.ts'
import type { Archive } from './archive.ts'
import type { Block } from './block.ts'

/** The least tip that is suggested: 1 gwei, what wallets and development tools are used to. */
export const MIN_SUGGESTED_TIP_WEI = 1_000_000_000n

/** How far back tips are looked for. */
const SAMPLED_BLOCKS = 20
/** Enough tips for a median; a busy chain has them in its newest block, which costs nothing to read. */
const ENOUGH_TIPS = 100

/** A tip that would do: the median of what was paid recently, at least {@link MIN_SUGGESTED_TIP_WEI}. */
export function suggestTip(archive: Pick<Archive, 'headBlock' | 'block'>): bigint {
  const tipsWei: bigint[] = []
  let block: Block | undefined = archive.headBlock()
  for (let seen = 0; block !== undefined && seen < SAMPLED_BLOCKS && tipsWei.length < ENOUGH_TIPS; seen += 1) {
    const { baseFeeWei, parentHash } = block.header
    for (const transaction of block.transactions) {
      tipsWei.push(effectiveGasPrice(transaction, baseFeeWei) - baseFeeWei)
    }
    block = archive.block(parentHash)
  }
  tipsWei.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const median = tipsWei[tipsWei.length >> 1] ?? 0n
  return median > MIN_SUGGESTED_TIP_WEI ? median : MIN_SUGGESTED_TIP_WEI
}

import type { Rules } from '../primitives/index.ts'
import { assert, isAtLeast } from '../primitives/index.ts'
import { BLOB_GAS, blobBaseFee } from '../router/index.ts'
import type { Header } from './block.ts'

/** Base fee of a chain's first block where its genesis names none: 1 gwei. Source: EIP-1559, `INITIAL_BASE_FEE`. */
export const INITIAL_BASE_FEE_WEI = 1_000_000_000n

const ELASTICITY = 2n
const MAX_CHANGE_DENOMINATOR = 8n
/** EIP-7918: what a blob is worth in execution gas. */
const BLOB_BASE_COST = 8_192n

/** The base fee of the block after `parent`, at least `minBaseFeeWei`. Source: EIP-1559. */
export function nextBaseFee(parent: Pick<Header, 'gasLimit' | 'gasUsed' | 'baseFeeWei'>, minBaseFeeWei = 0n): bigint {
  const baseFeeWei = steppedBaseFee(parent)
  return baseFeeWei < minBaseFeeWei ? minBaseFeeWei : baseFeeWei
}

function steppedBaseFee(parent: Pick<Header, 'gasLimit' | 'gasUsed' | 'baseFeeWei'>): bigint {
  const { gasUsed, baseFeeWei } = parent
  const target = parent.gasLimit / ELASTICITY
  if (gasUsed === target || target === 0n) return baseFeeWei
  const distance = gasUsed > target ? gasUsed - target : target - gasUsed
  const change = (baseFeeWei * distance) / target / MAX_CHANGE_DENOMINATOR
  if (gasUsed < target) return baseFeeWei - change
  return baseFeeWei + (change > 0n ? change : 1n)
}

/** The excess blob gas of the block after `parent`. Source: EIP-4844, from Osaka on EIP-7918. */
export function nextExcessBlobGas(
  rules: Rules,
  parent: Pick<Header, 'excessBlobGas' | 'blobGasUsed' | 'baseFeeWei'>,
): bigint {
  const { blobs } = rules
  assert(blobs !== undefined, 'a chain begins at Cancun or later')
  const target = blobs.targetPerBlock * BLOB_GAS
  const { excessBlobGas, blobGasUsed, baseFeeWei } = parent
  if (excessBlobGas + blobGasUsed < target) return 0n
  const executionCostsMore = BLOB_BASE_COST * baseFeeWei > BLOB_GAS * blobBaseFee(rules, excessBlobGas)
  if (isAtLeast(rules.hardfork, 'osaka') && executionCostsMore) {
    return excessBlobGas + (blobGasUsed * (blobs.maxPerBlock - blobs.targetPerBlock)) / blobs.maxPerBlock
  }
  return excessBlobGas + blobGasUsed - target
}

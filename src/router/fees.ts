import type { Rules, Transaction } from '../primitives/index.ts'

/** Gas of one blob. Source: EIP-4844. */
export const BLOB_GAS = 131_072n

const MIN_BLOB_BASE_FEE_WEI = 1n

/** What a transaction pays per gas in a block: the base fee and its tip, at most its cap. Source: EIP-1559. */
export function effectiveGasPrice(transaction: Transaction, baseFeeWei: bigint): bigint {
  const withTip = baseFeeWei + transaction.maxPriorityFeePerGasWei
  return withTip < transaction.maxFeePerGasWei ? withTip : transaction.maxFeePerGasWei
}

/** Blob gas that a transaction uses: all of it is known in advance. */
export function blobGasOf(transaction: Transaction): bigint {
  return BigInt(transaction.blobVersionedHashes.length) * BLOB_GAS
}

/** The most that a transaction can cost its sender, value included: what the sender must own. */
export function maxCost(transaction: Transaction): bigint {
  return (
    transaction.gasLimit * transaction.maxFeePerGasWei +
    transaction.valueWei +
    blobGasOf(transaction) * transaction.maxFeePerBlobGasWei
  )
}

/** The price of blob gas; 0 before Cancun. Source: EIP-4844, `get_base_fee_per_blob_gas`. */
export function blobBaseFee(rules: Rules, excessBlobGas: bigint): bigint {
  if (rules.blobs === undefined) return 0n
  return fakeExponential(MIN_BLOB_BASE_FEE_WEI, excessBlobGas, rules.blobs.baseFeeUpdateFraction)
}

/** Approximates `factor * e ** (numerator / denominator)` by its Taylor series. Source: EIP-4844. */
function fakeExponential(factor: bigint, numerator: bigint, denominator: bigint): bigint {
  let sum = 0n
  let term = factor * denominator
  for (let i = 1n; term > 0n; i += 1n) {
    sum += term
    term = (term * numerator) / (denominator * i)
  }
  return sum / denominator
}

import type { Address, Bytes, Rules, Transaction } from '../primitives/index.ts'
import { keccakHash, MAX_NONCE } from '../primitives/index.ts'
import type { Journal } from '../state/index.ts'
import type { BlockContext } from '../vm/index.ts'
import { codeKind, delegationTarget, sizeLimits } from '../vm/index.ts'
import { blobGasOf, maxCost } from './fees.ts'
import type { IntrinsicGas } from './intrinsic.ts'
import { intrinsicGas } from './intrinsic.ts'
import type { Rejection, RejectionCode, Strictness } from './outcome.ts'

const BLOB_HASH_VERSION = '0x01'

function reject(code: RejectionCode, message: string): Rejection {
  return { code, message }
}

/**
 * Whether a transaction could be in any block of these rules: what its bytes alone decide. Checked once, at the door of
 * the mempool, and again by the router. Returns why not, or undefined.
 */
export function checkForm(
  rules: Rules,
  chainId: bigint,
  transaction: Transaction,
  strictness: Strictness,
): Rejection | undefined {
  return (
    checkType(rules, transaction) ??
    checkChainId(chainId, transaction) ??
    checkGas(rules, transaction, intrinsicGas(rules, transaction), strictness) ??
    checkInitCode(rules, transaction) ??
    checkFeeOrder(transaction) ??
    checkNonceBound(transaction.sender, transaction.nonce)
  )
}

/** Source: EIP-2681. */
function checkNonceBound(sender: Address, nonce: bigint): Rejection | undefined {
  if (nonce < MAX_NONCE) return undefined
  return reject('NONCE_IS_MAX', `nonce has max value: address ${sender}, nonce: ${nonce}`)
}

function checkType(rules: Rules, transaction: Transaction): Rejection | undefined {
  const { type, to, authorizations } = transaction
  if (!rules.transactionTypes.includes(type)) {
    const code = type === 3 ? 'TYPE_3_TX_PRE_FORK' : type === 4 ? 'TYPE_4_TX_PRE_FORK' : 'TYPE_NOT_SUPPORTED'
    return reject(code, `transaction type not supported: transaction type not valid at ${rules.hardfork}: ${type}`)
  }
  if (type === 3) return checkBlobs(rules, transaction)
  if (type !== 4) return undefined
  if (to === undefined)
    return reject(
      'TYPE_4_TX_CONTRACT_CREATION',
      'input string too short for common.Address: a set code transaction cannot create a contract',
    )
  if (authorizations.length === 0)
    return reject('TYPE_4_EMPTY_AUTHORIZATION_LIST', 'set code tx must have at least one authorization tuple')
  return undefined
}

function checkBlobs(rules: Rules, { to, blobVersionedHashes }: Transaction): Rejection | undefined {
  const most = rules.blobs?.maxPerTransaction ?? 0n
  if (to === undefined) return reject('TYPE_3_TX_CONTRACT_CREATION', 'blob transaction of type create')
  if (blobVersionedHashes.length === 0) return reject('TYPE_3_TX_ZERO_BLOBS', 'blob transaction missing blob hashes')
  if (BigInt(blobVersionedHashes.length) > most) {
    return reject(
      'TYPE_3_TX_BLOB_COUNT_EXCEEDED',
      `too many blobs in transaction: have ${blobVersionedHashes.length}, permitted ${most}`,
    )
  }
  const index = blobVersionedHashes.findIndex((hash) => !hash.startsWith(BLOB_HASH_VERSION))
  if (index >= 0) return reject('TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH', `blob ${index} has invalid hash version`)
  return undefined
}

function checkChainId(chainId: bigint, transaction: Transaction): Rejection | undefined {
  if (transaction.chainId === undefined || transaction.chainId === chainId) return undefined
  return reject('INVALID_CHAINID', `invalid chain id for signer: have ${transaction.chainId} want ${chainId}`)
}

function checkGas(
  rules: Rules,
  { gasLimit }: Transaction,
  intrinsic: IntrinsicGas,
  strictness: Strictness,
): Rejection | undefined {
  if (gasLimit < intrinsic.gas) {
    return reject('INTRINSIC_GAS_TOO_LOW', `intrinsic gas too low: have ${gasLimit}, want ${intrinsic.gas}`)
  }
  if (gasLimit < intrinsic.floorGas) {
    return reject(
      'INTRINSIC_GAS_BELOW_FLOOR_GAS_COST',
      `insufficient gas for floor data gas cost: have ${gasLimit}, want ${intrinsic.floorGas}`,
    )
  }
  if (strictness === 'consensus' && rules.maxTransactionGas !== undefined && gasLimit > rules.maxTransactionGas) {
    return reject(
      'GAS_LIMIT_EXCEEDS_MAXIMUM',
      `transaction gas limit too high (cap: ${rules.maxTransactionGas}, tx: ${gasLimit})`,
    )
  }
  return undefined
}

function checkInitCode(rules: Rules, { to, data }: Transaction): Rejection | undefined {
  const limit = sizeLimits(codeKind(data), rules).initCodeBytes
  if (to !== undefined || limit === undefined || data.length <= limit) return undefined
  return reject('INITCODE_SIZE_EXCEEDED', `max initcode size exceeded: code size ${data.length} limit ${limit}`)
}

function checkFeeOrder({ sender, maxFeePerGasWei, maxPriorityFeePerGasWei }: Transaction): Rejection | undefined {
  if (maxPriorityFeePerGasWei <= maxFeePerGasWei) return undefined
  return reject(
    'PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS',
    `max priority fee per gas higher than max fee per gas: address ${sender}, maxPriorityFeePerGas: ${maxPriorityFeePerGasWei}, maxFeePerGas: ${maxFeePerGasWei}`,
  )
}

/** Whether a block of this context has room and a price for the transaction, all its gas still unused. */
export function checkInBlock(
  block: Pick<BlockContext, 'gasLimit' | 'baseFeeWei' | 'blobBaseFeeWei'>,
  transaction: Transaction,
  strictness: Strictness,
): Rejection | undefined {
  const { sender, gasLimit, maxFeePerGasWei, maxFeePerBlobGasWei } = transaction
  const isFree = strictness === 'simulation' && maxFeePerGasWei === 0n
  if (strictness === 'consensus' && gasLimit > block.gasLimit) {
    return reject('GAS_ALLOWANCE_EXCEEDED', `exceeds block gas limit: have ${gasLimit}, want at most ${block.gasLimit}`)
  }
  if (!isFree && maxFeePerGasWei < block.baseFeeWei) {
    return reject(
      'INSUFFICIENT_MAX_FEE_PER_GAS',
      `max fee per gas less than block base fee: address ${sender}, maxFeePerGas: ${maxFeePerGasWei}, baseFee: ${block.baseFeeWei}`,
    )
  }
  if (blobGasOf(transaction) > 0n && maxFeePerBlobGasWei < block.blobBaseFeeWei) {
    return reject(
      'INSUFFICIENT_MAX_FEE_PER_BLOB_GAS',
      `max fee per blob gas less than block blob gas fee: address ${sender}, blobGasFeeCap: ${maxFeePerBlobGasWei}, blobBaseFee: ${block.blobBaseFeeWei}`,
    )
  }
  return undefined
}

/**
 * Whether the sender may send it now: nonce, EIP-3607, funds. A simulation does not ask which nonce it is, but none follows the
 * last (EIP-2681). Costs are sums of products and may be more than a word: nobody has so much. Reads the sender's account.
 */
export function checkSender(journal: Journal, transaction: Transaction, strictness: Strictness): Rejection | undefined {
  const { sender } = transaction
  const stateNonce = journal.nonce(sender)
  const rejection =
    strictness === 'consensus'
      ? (checkNonce(stateNonce, transaction) ?? checkSenderCode(journal.code(sender), transaction))
      : checkNonceBound(sender, stateNonce)
  if (rejection !== undefined) return rejection
  const cost = maxCost(transaction)
  if (journal.hasBalance(sender, cost)) return undefined
  return reject(
    'INSUFFICIENT_ACCOUNT_FUNDS',
    `insufficient funds for gas * price + value: address ${sender} have ${journal.balance(sender)} want ${cost}`,
  )
}

function checkNonce(stateNonce: bigint, { sender, nonce }: Transaction): Rejection | undefined {
  if (nonce === stateNonce) return undefined
  const [code, word] =
    nonce < stateNonce ? (['NONCE_MISMATCH_TOO_LOW', 'low'] as const) : (['NONCE_MISMATCH_TOO_HIGH', 'high'] as const)
  return reject(code, `nonce too ${word}: address ${sender}, tx: ${nonce} state: ${stateNonce}`)
}

/** A contract's account sends nothing, unless a development node says so (EIP-3607); a delegated one may (EIP-7702). */
export function checkSenderCode(code: Bytes, { sender, isImpersonated }: Transaction): Rejection | undefined {
  if (code.length === 0 || isImpersonated || delegationTarget(code) !== undefined) return undefined
  return reject('SENDER_NOT_EOA', `sender not an eoa: address ${sender}, codehash: ${keccakHash(code)}`)
}

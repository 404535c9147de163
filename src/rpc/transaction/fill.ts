import type { Address, SignedTransaction, Transaction } from '../../primitives/index.ts'
import { atMostWord, EMPTY_BYTES, encodeTransaction, keccakHash } from '../../primitives/index.ts'
import type { TransactionRequest } from '../codec/transaction.ts'
import { invalidParams, refused } from '../error.ts'
import { nextBaseFeeWei, suggestedTipWei } from '../query/fees.ts'
import { estimateBlock, estimateGas, type Trial, typeOf } from '../query/simulation.ts'
import type { Services } from '../scope.ts'

/** A transaction whose nonce is still open. */
export type Unnumbered = Omit<Transaction, 'nonce'>

/**
 * Completes a request but for its nonce: fees that stand one doubling of the base fee, gas as estimated. Throws how the
 * transaction would fail, when its gas has to be estimated.
 */
export async function completeRequest(
  services: Services,
  sender: Address,
  request: TransactionRequest,
): Promise<Unnumbered> {
  const { chainId } = services.config
  if (request.to === undefined && (request.data ?? EMPTY_BYTES).length === 0) {
    throw invalidParams('contract creation without any data provided')
  }
  if (request.chainId !== undefined && request.chainId !== chainId) {
    throw refused(`chainId does not match node's (have=${request.chainId}, want=${chainId})`)
  }
  const type = typeOf(request)
  return {
    type,
    chainId,
    sender,
    gasLimit: request.gasLimit ?? (await estimateGas(services, trialOf(services, sender, request))),
    to: request.to,
    valueWei: request.valueWei ?? 0n,
    data: request.data ?? EMPTY_BYTES,
    ...feesOf(services, request, type < 2),
    accessList: request.accessList ?? [],
    maxFeePerBlobGasWei: 0n,
    blobVersionedHashes: [],
    authorizations: request.authorizations ?? [],
  }
}

/** Numbers a transaction: as the request says, else after what waits in the pool. */
export function numberTransaction(
  { mempool }: Services,
  transaction: Unnumbered,
  { nonce }: TransactionRequest,
): Transaction {
  return { ...transaction, nonce: nonce ?? mempool.nextNonce(transaction.sender) }
}

function trialOf(services: Services, sender: Address, request: TransactionRequest): Trial {
  const block = estimateBlock(services)
  return { request: { ...request, from: sender }, block, stateOverrides: new Map(), blockOverrides: {} }
}

function feesOf(
  services: Services,
  request: TransactionRequest,
  hasOnePrice: boolean,
): Pick<Transaction, 'maxFeePerGasWei' | 'maxPriorityFeePerGasWei'> {
  const baseFee = nextBaseFeeWei(services)
  const suggestedTip = suggestedTipWei(services)
  if (request.gasPriceWei !== undefined || hasOnePrice) {
    const price = request.gasPriceWei ?? atMostWord(baseFee + suggestedTip)
    return { maxFeePerGasWei: price, maxPriorityFeePerGasWei: price }
  }
  const cap = request.maxFeePerGasWei
  const tip = request.maxPriorityFeePerGasWei ?? (cap !== undefined && cap < suggestedTip ? cap : suggestedTip)
  return { maxFeePerGasWei: cap ?? atMostWord(2n * baseFee + tip), maxPriorityFeePerGasWei: tip }
}

/** A transaction as it stands before it is signed: a signature of zeros. Nobody ever accepts it. */
export function withoutSignature(transaction: Transaction): SignedTransaction {
  const signature = { r: 0n, s: 0n, v: 0n }
  const raw = encodeTransaction(transaction, signature)
  return { ...transaction, signature, raw, hash: keccakHash(raw) }
}

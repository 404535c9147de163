import type { AddOutcome } from '../../chain/index.ts'
import type { Address, Bytes, Hash, SignedTransaction } from '../../primitives/index.ts'
import { impersonateTransaction, ZERO_ADDRESS } from '../../primitives/index.ts'
import { type TransactionRequest, TYPE_NOT_SUPPORTED } from '../codec/transaction.ts'
import { RPC_CODES, RpcError, refused } from '../error.ts'
import type { JsonObject } from '../json.ts'
import { findReceipt } from '../query/receipts.ts'
import type { Services } from '../scope.ts'
import { completeRequest, numberTransaction } from './fill.ts'

const BLOB_TYPE = 3

/** Decodes what a wallet signed. Throws -32000 with what is wrong; blob transactions are refused. */
export async function decodeRaw(services: Services, raw: Bytes): Promise<SignedTransaction> {
  if (raw[0] === BLOB_TYPE) throw refused(TYPE_NOT_SUPPORTED)
  return services.decodeTransaction(raw)
}

/** Hands a transaction to the producer. Throws -32000 with geth's text when the pool does not take it. */
export async function submit({ producer }: Services, transaction: SignedTransaction): Promise<AddOutcome> {
  const outcome = await producer.submit(transaction)
  if (outcome.kind === 'rejected') throw refused(outcome.rejection.message)
  return outcome
}

/** Completes, signs and submits a request of an account that the node may sign for or impersonate. */
export async function sendRequest(services: Services, request: TransactionRequest): Promise<Hash> {
  const { wallet, impersonation } = services
  const sender = senderOf(services, request)
  if (!wallet.has(sender) && !impersonation.allows(sender)) throw refused('unknown account')
  return sendAs(services, sender, request)
}

/**
 * The same from whatever account the request names, key or no key. Between the choice of the nonce and `submit` nothing
 * waits: of two requests at once, the second sees the first one in the pool.
 */
export async function sendAs(services: Services, sender: Address, request: TransactionRequest): Promise<Hash> {
  const { wallet } = services
  const transaction = numberTransaction(services, await completeRequest(services, sender, request), request)
  const signed = wallet.has(sender) ? wallet.signTransaction(transaction) : impersonateTransaction(transaction)
  await submit(services, signed)
  return signed.hash
}

/** Who sends a request that does not say so: the first development account. */
export function senderOf({ wallet }: Services, request: TransactionRequest): Address {
  return request.from ?? wallet.addresses[0] ?? ZERO_ADDRESS
}

/**
 * Submits and waits for the receipt. Throws code 5 when the transaction waits for an earlier nonce, code 4 when no block
 * took it in time, -32000 when a block left it out. Source: EIP-7966.
 */
export async function submitAndWait(
  services: Services,
  transaction: SignedTransaction,
  timeoutMs: number,
): Promise<JsonObject> {
  const inclusion = watchInclusion(services, transaction.hash, timeoutMs)
  try {
    const outcome = await submit(services, transaction)
    if (outcome.kind === 'queued') throw notReady(services, transaction)
    const receipt = findReceipt(services, transaction.hash)
    if (receipt !== undefined) return receipt
    return await inclusion.receipt
  } finally {
    inclusion.stop()
  }
}

function notReady({ mempool }: Services, { sender, nonce, hash }: SignedTransaction): RpcError {
  const message = `the transaction waits in the pool: its nonce is ${nonce}, the account's next is ${mempool.nextNonce(sender)}`
  return new RpcError(RPC_CODES.notReady, message, hash)
}

/** Listens from now on, so that no block can slip by between submitting and waiting. */
function watchInclusion(services: Services, hash: Hash, timeoutMs: number) {
  let stop = () => {}
  const receipt = new Promise<JsonObject>((resolve, reject) => {
    const timer = setTimeout(() => {
      const message = `the transaction was added to the mempool but wasn't processed in ${timeoutMs / 1000}s`
      reject(new RpcError(RPC_CODES.receiptTimeout, message, hash))
    }, timeoutMs)
    const unsubscribe = services.producer.subscribe((event) => {
      if (event.kind !== 'block') return
      const dropped = event.produced.dropped.find((candidate) => candidate.hash === hash)
      if (dropped !== undefined) reject(refused(dropped.rejection.message))
      const found = findReceipt(services, hash)
      if (found !== undefined) resolve(found)
    })
    stop = () => {
      clearTimeout(timer)
      unsubscribe()
    }
  })
  // When the submission itself fails, nobody is left to hear how the waiting ends.
  receipt.catch(() => {})
  return { receipt, stop: () => stop() }
}

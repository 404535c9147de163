import { toHex, ZERO_ADDRESS } from '../../../primitives/index.ts'
import { optional } from '../../codec/codec.ts'
import { anything, data } from '../../codec/scalars.ts'
import { transactionRequest } from '../../codec/transaction.ts'
import { defineDevMethod, defineMethod } from '../../method.ts'
import { completeRequest, numberTransaction, withoutSignature } from '../../transaction/fill.ts'
import { decodeRaw, sendAs, senderOf, sendRequest, submit, submitAndWait } from '../../transaction/submit.ts'
import { transactionView } from '../../view/transaction.ts'

/** EIP-7966's recommendation, and what no client may exceed. */
const DEFAULT_RECEIPT_TIMEOUT_MS = 2_000
const MAX_RECEIPT_TIMEOUT_MS = 30_000

/** Anything: what is no usable number is not an error. */
const timeoutWish = optional({ ...anything, label: 'milliseconds' })

/** EIP-7966: a timeout that is not a usable number means the default. */
function receiptTimeoutMs(wish: unknown): number {
  const timeoutMs = Number(wish)
  const isUsable = Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= MAX_RECEIPT_TIMEOUT_MS
  return isUsable ? timeoutMs : DEFAULT_RECEIPT_TIMEOUT_MS
}

/** Transactions that are to be in a block. */
export const sendMethods = [
  defineMethod({
    name: 'eth_sendRawTransaction',
    summary: 'Sends a signed transaction; returns its hash. Under automine it is mined by then.',
    params: [data],
    async handler(scope, raw) {
      const transaction = await decodeRaw(scope, raw)
      await submit(scope, transaction)
      return transaction.hash
    },
  }),
  defineMethod({
    name: 'eth_sendRawTransactionSync',
    summary:
      'Sends a signed transaction and returns its receipt: error 4 after the timeout, 5 on a nonce gap. EIP-7966.',
    params: [data, timeoutWish],
    async handler(scope, raw, timeout) {
      return submitAndWait(scope, await decodeRaw(scope, raw), receiptTimeoutMs(timeout))
    },
  }),
  defineMethod({
    name: 'eth_fillTransaction',
    summary: 'Completes a transaction (nonce, fees, gas) for its sender to sign.',
    params: [transactionRequest],
    async handler(scope, request) {
      const completed = await completeRequest(scope, request.from ?? ZERO_ADDRESS, request)
      const filled = withoutSignature(numberTransaction(scope, completed, request))
      return { raw: toHex(filled.raw), tx: transactionView(filled, filled.maxFeePerGasWei) }
    },
  }),
  defineDevMethod({
    name: 'eth_sendTransaction',
    summary: 'Completes, signs and sends a transaction of a development account, or of an impersonated one.',
    params: [transactionRequest],
    handler: sendRequest,
  }),
  defineDevMethod({
    name: 'eth_sendUnsignedTransaction',
    summary: 'Sends a transaction of any account, as if it were impersonated.',
    params: [transactionRequest],
    handler: (scope, request) => sendAs(scope, senderOf(scope, request), request),
  }),
]

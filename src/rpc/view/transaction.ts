import type { Block } from '../../chain/index.ts'
import type { Authorization, Signature, SignedTransaction, Transaction } from '../../primitives/index.ts'
import { assert, toHex, toQuantity } from '../../primitives/index.ts'
import { effectiveGasPrice } from '../../router/index.ts'
import type { JsonObject } from '../json.ts'

/** A transaction of a block. `gasPrice` is what it paid. The keys are exactly the specification's. */
export function minedTransactionView(block: Block, index: number): JsonObject {
  const transaction = block.transactions[index]
  assert(transaction !== undefined, 'the index of a transaction is within its block')
  return {
    blockHash: block.hash,
    blockNumber: toQuantity(block.header.number),
    blockTimestamp: toQuantity(block.header.timestampSeconds),
    transactionIndex: toQuantity(index),
    ...transactionView(transaction, effectiveGasPrice(transaction, block.header.baseFeeWei)),
  }
}

/** A transaction that waits. `gasPrice` is what it may cost. */
export function pendingTransactionView(transaction: SignedTransaction): JsonObject {
  return {
    blockHash: null,
    blockNumber: null,
    blockTimestamp: null,
    transactionIndex: null,
    ...transactionView(transaction, transaction.maxFeePerGasWei),
  }
}

/** What a transaction is, wherever it stands. */
export function transactionView(transaction: SignedTransaction, gasPriceWei: bigint): JsonObject {
  return {
    type: toQuantity(transaction.type),
    hash: transaction.hash,
    from: transaction.sender,
    to: transaction.to ?? null,
    nonce: toQuantity(transaction.nonce),
    gas: toQuantity(transaction.gasLimit),
    value: toQuantity(transaction.valueWei),
    input: toHex(transaction.data),
    gasPrice: toQuantity(gasPriceWei),
    chainId: transaction.chainId === undefined ? undefined : toQuantity(transaction.chainId),
    ...typedFields(transaction),
    ...signatureFields(transaction.signature, transaction.type),
  }
}

/** What each type has beyond the one before it. */
function typedFields(transaction: Transaction): JsonObject {
  const { type } = transaction
  return {
    ...(type >= 1 && { accessList: transaction.accessList }),
    ...(type >= 2 && {
      maxFeePerGas: toQuantity(transaction.maxFeePerGasWei),
      maxPriorityFeePerGas: toQuantity(transaction.maxPriorityFeePerGasWei),
    }),
    ...(type === 3 && {
      maxFeePerBlobGas: toQuantity(transaction.maxFeePerBlobGasWei),
      blobVersionedHashes: transaction.blobVersionedHashes,
    }),
    ...(type === 4 && { authorizationList: transaction.authorizations.map(authorizationView) }),
  }
}

function authorizationView(authorization: Authorization): JsonObject {
  return {
    chainId: toQuantity(authorization.chainId),
    address: authorization.address,
    nonce: toQuantity(authorization.nonce),
    yParity: toQuantity(authorization.yParity),
    r: toQuantity(authorization.r),
    s: toQuantity(authorization.s),
  }
}

function signatureFields({ v, r, s }: Signature, type: number): JsonObject {
  const parity = type === 0 ? {} : { yParity: toQuantity(v) }
  return { v: toQuantity(v), r: toQuantity(r), s: toQuantity(s), ...parity }
}

import type { Transaction, TransactionType } from '../../primitives/index.ts'
import { assert } from '../../primitives/index.ts'
import type { ByteReader } from './byteReader.ts'
import type { ByteWriter } from './byteWriter.ts'

/** What execution needs of a transaction, for another thread: its sender is known and need not be recovered again. */
export function writeTransaction(out: ByteWriter, transaction: Transaction): void {
  out.byte(transaction.type)
  out.byte(transaction.isImpersonated ? 1 : 0)
  out.maybe(transaction.chainId, (chainId) => out.number(chainId))
  out.address(transaction.sender)
  out.number(transaction.nonce)
  out.number(transaction.gasLimit)
  out.maybe(transaction.to, (to) => out.address(to))
  out.number(transaction.valueWei)
  out.bytes(transaction.data)
  out.number(transaction.maxFeePerGasWei)
  out.number(transaction.maxPriorityFeePerGasWei)
  out.list(transaction.accessList, ({ address, storageKeys }) => {
    out.address(address)
    out.list(storageKeys, (key) => out.hash(key))
  })
  out.number(transaction.maxFeePerBlobGasWei)
  out.list(transaction.blobVersionedHashes, (hash) => out.hash(hash))
  out.list(transaction.authorizations, ({ chainId, address, nonce, yParity, r, s }) => {
    out.address(address)
    for (const value of [chainId, nonce, yParity, r, s]) out.number(value)
  })
}

/** The inverse of {@link writeTransaction}. */
export function readTransaction(from: ByteReader): Transaction {
  const type = transactionType(from.byte())
  const isImpersonated = from.byte() !== 0
  return {
    type,
    ...(isImpersonated ? { isImpersonated } : {}),
    chainId: from.maybe(() => from.number()),
    sender: from.address(),
    nonce: from.number(),
    gasLimit: from.number(),
    to: from.maybe(() => from.address()),
    valueWei: from.number(),
    data: from.bytes(),
    maxFeePerGasWei: from.number(),
    maxPriorityFeePerGasWei: from.number(),
    accessList: from.list(() => ({ address: from.address(), storageKeys: from.list(() => from.hash()) })),
    maxFeePerBlobGasWei: from.number(),
    blobVersionedHashes: from.list(() => from.hash()),
    authorizations: from.list(() => ({
      address: from.address(),
      chainId: from.number(),
      nonce: from.number(),
      yParity: from.number(),
      r: from.number(),
      s: from.number(),
    })),
  }
}

function transactionType(byte: number): TransactionType {
  assert(byte === 0 || byte === 1 || byte === 2 || byte === 3 || byte === 4, 'a transaction has a known type')
  return byte
}

import type { Address, Bytes, Hash, RecoverableSignature, SignedTransaction, Transaction } from '../primitives/index.ts'
import { signDigest, signTransaction } from '../primitives/index.ts'
import { refused } from './error.ts'

/** Accounts that the node signs for: the public development accounts, or none. */
export interface DevWallet {
  readonly addresses: readonly Address[]
  has(address: Address): boolean
  /** Signs 32 bytes. Throws `unknown account`, as the next does. */
  sign(address: Address, digest: Hash | Bytes): RecoverableSignature
  /** Signs for the transaction's sender. */
  signTransaction(transaction: Transaction): SignedTransaction
}

/** A wallet of these accounts, in this order. Private keys have 32 bytes. */
export function createDevWallet(
  accounts: readonly { readonly address: Address; readonly privateKey: Bytes }[],
): DevWallet {
  const keys = new Map(accounts.map(({ address, privateKey }) => [address, privateKey]))
  const keyOf = (address: Address) => {
    const key = keys.get(address)
    if (key === undefined) throw refused('unknown account')
    return key
  }
  return {
    addresses: [...keys.keys()],
    has: (address) => keys.has(address),
    sign: (address, digest) => signDigest(digest, keyOf(address)),
    signTransaction: (transaction) => signTransaction(transaction, keyOf(transaction.sender)),
  }
}

import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createTxFromRLP } from '@ethereumjs/tx'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressFromBytes,
  addressOfPrivateKey,
  authorizationDigest,
  BaseError,
  decodeTransaction,
  decodeTransactionOf,
  encodeTransaction,
  fromHex,
  hashFromBytes,
  impersonateTransaction,
  recoverAddress,
  recoverAuthority,
  senderOf,
  signDigest,
  signingDigest,
  signTransaction,
  toHex,
  type UnsignedTransaction,
  yParityOf,
} from '../../../src/primitives/index.ts'

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const address = bytesOf(20).map(addressFromBytes)
const hash = bytesOf(32).map(hashFromBytes)
const record = <value>(model: { [key in keyof value]: fc.Arbitrary<value[key]> }) =>
  fc.record<value>(model, { noNullPrototype: true })
const uint = (bits: bigint) =>
  fc.oneof(fc.bigInt({ min: 0n, max: (1n << bits) - 1n }), fc.bigInt({ min: 0n, max: 300n }))
const privateKey = fc
  .bigInt({ min: 1n, max: 1n << 250n })
  .map((key) => fromHex(`0x${key.toString(16).padStart(64, '0')}`))

const accessList = fc.array(record({ address, storageKeys: fc.array(hash, { maxLength: 3 }) }), { maxLength: 3 })
const authorization = record({
  chainId: uint(256n),
  address,
  nonce: uint(64n),
  yParity: fc.bigInt({ min: 0n, max: 1n }),
  r: uint(256n),
  s: uint(256n),
})

const call = {
  nonce: uint(63n),
  gasLimit: fc.bigInt({ min: 0n, max: 1n << 40n }),
  valueWei: uint(256n),
  data: fc.uint8Array({ maxLength: 80 }),
}
const nothing = { accessList: [], maxFeePerBlobGasWei: 0n, blobVersionedHashes: [], authorizations: [] } as const

const legacy = record({
  ...call,
  chainId: fc.option(fc.constant(1n), { nil: undefined }),
  to: fc.option(address, { nil: undefined }),
  price: uint(128n),
}).map(({ price, ...rest }) => ({
  ...nothing,
  ...rest,
  type: 0 as const,
  maxFeePerGasWei: price,
  maxPriorityFeePerGasWei: price,
}))
const withAccessList = record({
  ...call,
  to: fc.option(address, { nil: undefined }),
  price: uint(128n),
  accessList,
}).map(({ price, ...rest }) => ({
  ...nothing,
  ...rest,
  type: 1 as const,
  chainId: 1n,
  maxFeePerGasWei: price,
  maxPriorityFeePerGasWei: price,
}))
const fees = record({ fee: uint(100n), tip: uint(100n) }).map(({ fee, tip }) => ({
  maxFeePerGasWei: fee + tip,
  maxPriorityFeePerGasWei: tip,
}))
const feeMarket = record({ ...call, to: fc.option(address, { nil: undefined }), fees, accessList }).map(
  ({ fees: given, ...rest }) => ({ ...nothing, ...rest, ...given, type: 2 as const, chainId: 1n }),
)
const blobHash = bytesOf(31).map((bytes) => hashFromBytes(Uint8Array.of(1, ...bytes)))
const blob = record({
  ...call,
  to: address,
  fees,
  accessList,
  fee: uint(100n),
  blobs: fc.array(blobHash, { minLength: 1, maxLength: 6 }),
}).map(({ fees: given, fee, blobs, ...rest }) => ({
  ...nothing,
  ...rest,
  ...given,
  type: 3 as const,
  chainId: 1n,
  maxFeePerBlobGasWei: fee,
  blobVersionedHashes: blobs,
}))
const setCode = record({
  ...call,
  to: address,
  fees,
  accessList,
  authorizations: fc.array(authorization, { minLength: 1, maxLength: 3 }),
}).map(({ fees: given, ...rest }) => ({ ...nothing, ...rest, ...given, type: 4 as const, chainId: 1n }))

const unsigned: fc.Arbitrary<UnsignedTransaction> = fc.oneof(legacy, withAccessList, feeMarket, blob, setCode)
const common = new Common({ chain: Mainnet, hardfork: Hardfork.Prague })

/** What an act gives, or the code of the error that it throws. */
function attempt(act: () => string): string {
  try {
    return act()
  } catch (error) {
    if (error instanceof BaseError) return error.code
    throw error
  }
}

/** The transaction without what its seal added. */
function unsealed(
  transaction: UnsignedTransaction & { sender: unknown; signature: unknown; hash: unknown; raw: unknown },
) {
  const { sender: _sender, signature: _signature, hash: _hash, raw: _raw, ...rest } = transaction
  return rest
}

describe('transaction codec', () => {
  test('decode after encode is the identity, and the sender is the signer', () => {
    fc.assert(
      fc.property(unsigned, privateKey, (transaction, key) => {
        const signed = signTransaction(transaction, key)
        expect(unsealed(signed)).toStrictEqual(transaction)
        expect(signed.sender).toBe(addressOfPrivateKey(key))
        expect(decodeTransaction(signed.raw)).toStrictEqual(signed)
        expect(decodeTransactionOf(signed.sender, signed.raw)).toStrictEqual(signed)
        expect(senderOf(signed.raw)).toBe(signed.sender)
        expect(toHex(encodeTransaction(transaction, signed.signature))).toBe(toHex(signed.raw))
      }),
    )
  })

  test('@ethereumjs/tx reads the same transaction from the same bytes', () => {
    // Blob transactions are left out: @ethereumjs/tx wants a KZG library before it reads one.
    fc.assert(
      fc.property(fc.oneof(legacy, withAccessList, feeMarket, setCode), privateKey, (transaction, key) => {
        const signed = signTransaction(transaction, key)
        const theirs = createTxFromRLP(signed.raw, { common })
        expect(theirs.getSenderAddress().toString()).toBe(signed.sender)
        expect(toHex(theirs.hash())).toBe(signed.hash)
        expect(toHex(theirs.serialize())).toBe(toHex(signed.raw))
        expect([theirs.r, theirs.s, theirs.v]).toEqual([signed.signature.r, signed.signature.s, signed.signature.v])
        expect([theirs.nonce, theirs.gasLimit, theirs.value]).toEqual([signed.nonce, signed.gasLimit, signed.valueWei])
      }),
    )
  })

  test('damage is refused or means another transaction, and never another failure', () => {
    fc.assert(
      fc.property(unsigned, privateKey, fc.nat(), fc.integer({ min: 1, max: 255 }), (transaction, key, at, flip) => {
        const signed = signTransaction(transaction, key)
        const damaged = Uint8Array.from(signed.raw)
        const index = at % damaged.length
        damaged[index] = (damaged[index] ?? 0) ^ flip
        try {
          const other = decodeTransaction(damaged)
          expect(other.hash).not.toBe(signed.hash)
          expect(toHex(encodeTransaction(other, other.signature))).toBe(toHex(damaged))
          const recoverable = { ...other.signature, yParity: yParityOf(other) }
          expect(recoverAddress(signingDigest(other), recoverable)).toBe(other.sender)
          expect(senderOf(damaged)).toBe(other.sender)
        } catch (error) {
          expect(error).toBeInstanceOf(BaseError)
          expect(typeof attempt(() => senderOf(damaged))).toBe('string')
        }
      }),
      { numRuns: 300 },
    )
  })

  test('an impersonated transaction keeps its sender and has a hash of its own', () => {
    fc.assert(
      fc.property(unsigned, address, address, (transaction, one, two) => {
        fc.pre(one !== two)
        const sealed = impersonateTransaction({ ...transaction, sender: one })
        expect(decodeTransactionOf(one, sealed.raw)).toStrictEqual(sealed)
        expect(yParityOf(sealed)).toBe(0)
        expect(impersonateTransaction({ ...transaction, sender: two }).hash).not.toBe(sealed.hash)
      }),
    )
  })
})

describe('authorisations (EIP-7702)', () => {
  test('the authority is who signed', () => {
    fc.assert(
      fc.property(uint(256n), address, uint(64n), privateKey, (chainId, delegate, nonce, key) => {
        const wish = { chainId, address: delegate, nonce }
        const { r, s, yParity } = signDigest(authorizationDigest(wish), key)
        expect(recoverAuthority({ ...wish, r, s, yParity: BigInt(yParity) })).toBe(addressOfPrivateKey(key))
        expect(recoverAuthority({ ...wish, r, s, yParity: 2n })).toBeUndefined()
      }),
    )
  })
})

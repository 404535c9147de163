import {
  assert,
  type Bytes,
  fromHex,
  type Hash,
  hashFromBytes,
  integerBytes,
  rlpDecode,
  rlpEncode,
  type Word,
  wordFromBytes,
} from '../../primitives/index.ts'
import type { Account } from '../view.ts'

/** An account as tries and flat records hold it. */
export type AccountRecord = { readonly account: Account; readonly storageRoot: Hash }

/** RLP of nonce, balance, storage root and code hash. Throws `RLP_INVALID_VALUE`. Source: Yellow Paper 4.1. */
export function encodeAccount({ account, storageRoot }: AccountRecord): Bytes {
  return rlpEncode([
    integerBytes(account.nonce, 64, 'account nonce'),
    integerBytes(account.balanceWei, 256, 'account balance'),
    fromHex(storageRoot),
    fromHex(account.codeHash),
  ])
}

/** Undoes {@link encodeAccount}. The bytes are our own: anything else in them is a bug or a damaged store. */
export function decodeAccount(bytes: Bytes): AccountRecord {
  const fields = rlpDecode(bytes)
  assert(Array.isArray(fields) && fields.length === 4, 'an account record has four fields')
  const [nonce, balanceWei, storageRoot, codeHash] = fields.map(asBytes)
  assert(nonce && balanceWei && storageRoot && codeHash, 'an account record has four fields')
  return {
    account: { nonce: wordFromBytes(nonce), balanceWei: wordFromBytes(balanceWei), codeHash: hashFromBytes(codeHash) },
    storageRoot: hashFromBytes(storageRoot),
  }
}

/** A slot's value as a storage trie holds it: RLP of the number. */
export function encodeSlotValue(value: Word): Bytes {
  return rlpEncode(integerBytes(value, 256, 'slot value'))
}

/** Undoes {@link encodeSlotValue}. */
export function decodeSlotValue(bytes: Bytes): Word {
  return wordFromBytes(asBytes(rlpDecode(bytes)))
}

function asBytes(item: unknown): Bytes {
  assert(item instanceof Uint8Array, 'a field of a record is a byte string')
  return item
}

import {
  type Address,
  type Bytes,
  concatBytes,
  fromHex,
  type Hash,
  keccak256,
  type Word,
  wordToBytes,
} from '../../primitives/index.ts'

/**
 * What the first byte of a key says about the record. The state owns the first four, the chain the rest and how their
 * keys go on; they stand together because they share one store.
 */
export const KEY_PREFIX = {
  account: prefix('a'),
  slot: prefix('s'),
  code: prefix('c'),
  trieNode: prefix('n'),
  header: prefix('b'),
  body: prefix('B'),
  blockNumber: prefix('h'),
  receipts: prefix('r'),
  accessList: prefix('l'),
  teamRun: prefix('e'),
  transaction: prefix('t'),
  undo: prefix('u'),
  order: prefix('o'),
  idleSegment: prefix('i'),
  meta: prefix('m'),
} as const

/**
 * Where each record of the state stands in the store. Accounts and slots go by the Keccak-256 of their name, as in the trie, so
 * that whoever fetched a trie has all that the flat state is made of.
 */
export const stateKeys = {
  /** RLP of the account with its storage root: the trie's leaf. */
  account: (address: Address): Bytes => stateKeys.accountByHash(keccak256(fromHex(address))),
  accountByHash: (addressHash: Bytes): Bytes => key(KEY_PREFIX.account, addressHash),
  /** The value without leading zeros; absent for 0. */
  slot: (address: Address, slot: Word): Bytes =>
    stateKeys.slotByHash(keccak256(fromHex(address)), keccak256(wordToBytes(slot))),
  slotByHash: (addressHash: Bytes, slotHash: Bytes): Bytes => key(KEY_PREFIX.slot, addressHash, slotHash),
  /** The code itself. */
  code: (codeHash: Hash): Bytes => key(KEY_PREFIX.code, fromHex(codeHash)),
  /** The node itself. Never deleted, so that every root stays readable. */
  trieNode: (hash: Hash): Bytes => key(KEY_PREFIX.trieNode, fromHex(hash)),
} as const

/** The range that holds the slots of one account and nothing else. */
export function slotRange(address: Address): readonly [from: Bytes, to: Bytes] {
  const from = key(KEY_PREFIX.slot, keccak256(fromHex(address)))
  return [from, concatBytes(from, new Uint8Array(33).fill(0xff))]
}

function key(first: number, ...rest: readonly Bytes[]): Bytes {
  return concatBytes(Uint8Array.of(first), ...rest)
}

function prefix(letter: string): number {
  return letter.charCodeAt(0)
}

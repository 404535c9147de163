import {
  type Address,
  assert,
  type Bytes,
  concatBytes,
  keccak256,
  toAddress,
  toHex,
  type Word,
  wordFromBytes,
  wordToBytes,
} from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import { VALIDATORS_CODE } from './validatorsCode.ts'

/**
 * The register of validators: a contract that every network has from its first block on (sol-contracts/Validators.sol), whose
 * owner says who validates in later epochs. Here is its storage, as Solidity lays it out: slot 0 the owner, slot 1 the
 * length of the list, and eight slots for each entry from keccak256(1) on.
 */
export const VALIDATORS_ADDRESS = toAddress('0xe700000000000000000000000000000000000001')

const OWNER_SLOT = 0n
const LENGTH_SLOT = 1n
const FIRST_SLOT = wordFromBytes(keccak256(wordToBytes(LENGTH_SLOT)))

const WORD_BYTES = 32
/** Of each member, in words. */
const PARTS = { publicKey: 2, proof: 3, stake: 1, nodeKey: 1, endpoint: 1 } as const
const ENTRY_SLOTS = Object.values(PARTS).reduce((sum, words) => sum + words, 0)

/** Bytes of a BLS12-381 public key, the last 16 of its two words are zero; and of an endpoint at most. */
const PUBLIC_KEY_BYTES = 48
const MAX_ENDPOINT_BYTES = WORD_BYTES

/** One entry, unchecked: anything may stand there. */
export type Registered = {
  readonly publicKey: Bytes
  readonly proof: Bytes
  readonly stake: bigint
  /** The ed25519 public key of its node, 32 bytes. */
  readonly nodeKey: Bytes
  /** `host:port`; empty when its peers do not look for it. */
  readonly endpoint: string
}

/** The contract as an account of a geth genesis file, with a first list. */
export function validatorsAccount(owner: Address, list: readonly Registered[]): object {
  const hex = (word: Word) => toHex(wordToBytes(word))
  const storage = Object.fromEntries([...registerStorage(owner, list)].map(([slot, word]) => [hex(slot), hex(word)]))
  return { nonce: '0x1', balance: '0x0', code: toHex(VALIDATORS_CODE), storage }
}

/** Its storage. */
export function registerStorage(owner: Address, list: readonly Registered[]): ReadonlyMap<Word, Word> {
  const words = [
    [OWNER_SLOT, BigInt(owner)] as const,
    [LENGTH_SLOT, BigInt(list.length)] as const,
    ...list.flatMap((entry, index) =>
      wordsOf(entry).map((word, at) => [FIRST_SLOT + BigInt(index * ENTRY_SLOTS + at), word] as const),
    ),
  ]
  return new Map(words.filter(([, word]) => word !== 0n))
}

/** The list in a state; undefined when there is no such contract, or more than `maxEntries` entries. */
export function readRegister(view: StateView, maxEntries: number): readonly Registered[] | undefined {
  if (view.account(VALIDATORS_ADDRESS) === undefined) return undefined
  const length = view.storage(VALIDATORS_ADDRESS, LENGTH_SLOT)
  if (length > BigInt(maxEntries)) return undefined
  return Array.from({ length: Number(length) }, (_, index) => entryAt(view, index))
}

function entryAt(view: StateView, index: number): Registered {
  const first = FIRST_SLOT + BigInt(index * ENTRY_SLOTS)
  const bytes = concatBytes(
    ...Array.from({ length: ENTRY_SLOTS }, (_, at) =>
      wordToBytes(view.storage(VALIDATORS_ADDRESS, first + BigInt(at))),
    ),
  )
  let from = 0
  const next = (words: number): Bytes => {
    from += words * WORD_BYTES
    return bytes.slice(from - words * WORD_BYTES, from)
  }
  const publicKey = next(PARTS.publicKey).slice(0, PUBLIC_KEY_BYTES)
  const proof = next(PARTS.proof)
  const stake = wordFromBytes(next(PARTS.stake))
  const nodeKey = next(PARTS.nodeKey)
  const endpoint = String.fromCharCode(...next(PARTS.endpoint).filter((byte) => byte !== 0))
  return { publicKey, proof, stake, nodeKey, endpoint }
}

/** An entry as the contract stores it. */
export function wordsOf({ publicKey, proof, stake, nodeKey, endpoint }: Registered): readonly Word[] {
  const text = new TextEncoder().encode(endpoint)
  assert(text.length <= MAX_ENDPOINT_BYTES, 'an endpoint fits into a word')
  const bytes = concatBytes(
    padded(publicKey, PARTS.publicKey),
    padded(proof, PARTS.proof),
    wordToBytes(stake),
    padded(nodeKey, PARTS.nodeKey),
    padded(text, PARTS.endpoint),
  )
  return Array.from({ length: ENTRY_SLOTS }, (_, at) =>
    wordFromBytes(bytes.subarray(at * WORD_BYTES, (at + 1) * WORD_BYTES)),
  )
}

function padded(bytes: Bytes, words: number): Bytes {
  const whole = new Uint8Array(words * WORD_BYTES)
  whole.set(bytes)
  return whole
}

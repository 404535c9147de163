import { createKeccak } from 'hash-wasm'
import { hashFromBytes } from './hex.ts'
import type { Bytes, Hash } from './types.ts'

// One hasher, created once: hash-wasm takes 1.0-1.5 us for 32 bytes, noble 6.5-7.0 us (notes/state.md section 2).
const hasher = await createKeccak(256)

/** Keccak-256 as Ethereum uses it (the original padding, not SHA-3's). 32 bytes. */
export function keccak256(bytes: Bytes): Bytes {
  return hasher.init().update(bytes).digest('binary')
}

/** {@link keccak256} as a hash. */
export function keccakHash(bytes: Bytes): Hash {
  return hashFromBytes(keccak256(bytes))
}

/** Keccak-256 of no bytes: the code hash of an account without code. */
export const EMPTY_CODE_HASH = '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470' as Hash

/** Root of a trie without entries: Keccak-256 of RLP's empty string. */
export const EMPTY_TRIE_ROOT = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421' as Hash

import { ed25519 } from '@noble/curves/ed25519.js'
import type { Bytes } from '../../primitives/index.ts'
import { concatBytes, toHex } from '../../primitives/index.ts'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** An identity multihash of 36 bytes, which are a protobuf message: key type ed25519, key of 32 bytes. */
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

/**
 * The name of a node on the network, made of its ed25519 public key; `seed` has 32 bytes. Source: libp2p's specification,
 * peer-ids: identity multihash of the protobuf encoding, in base 58.
 */
export function peerIdOf(seed: Bytes): string {
  const bytes = concatBytes(PREFIX, ed25519.getPublicKey(seed))
  let digits = ''
  for (let rest = BigInt(toHex(bytes)); rest > 0n; rest /= 58n) digits = `${ALPHABET[Number(rest % 58n)]}${digits}`
  // Base 58 writes each leading zero byte as the digit zero; this prefix has one.
  return `${ALPHABET[0]}${digits}`
}

/** Whether the text can be the peer id of an ed25519 key: the prefix decides the first digits, the length the rest. */
export function isPeerId(text: string): boolean {
  return /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/.test(text)
}

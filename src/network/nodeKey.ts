import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { assert, BaseError, type Bytes, concatBytes } from '../primitives/index.ts'
import type { Contact, PeerId } from './transport.ts'

/** Bytes of a node's key: the seed of an ed25519 key. It proves who a node is to its peers, and nothing else. */
export const NODE_KEY_BYTES = 32

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const PEER_ID = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/

/** What precedes a seed in DER's PKCS #8. Source: RFC 8410, section 7. */
const PKCS8_PREFIX = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32)

/** An identity multihash of 36 bytes, in it a protobuf with key type 1 (ed25519) and 32 bytes. Source: libp2p's peer ids. */
const PEER_ID_PREFIX = Uint8Array.of(0, 36, 8, 1, 18, 32)

/** A new key. */
export function createNodeKey(): Bytes {
  return Uint8Array.from(randomBytes(NODE_KEY_BYTES))
}

/** How a node with this key is called. The key has {@link NODE_KEY_BYTES}. */
export function peerIdOf(nodeKey: Bytes): PeerId {
  assert(nodeKey.length === NODE_KEY_BYTES, 'a node key has 32 bytes')
  const key = createPrivateKey({ key: Buffer.from(concatBytes(PKCS8_PREFIX, nodeKey)), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
  return peerIdFrom(Uint8Array.from(publicKey))
}

/** How the node with this ed25519 public key, 32 bytes, is called. */
export function peerIdFrom(publicKey: Bytes): PeerId {
  assert(publicKey.length === NODE_KEY_BYTES, 'an ed25519 public key has 32 bytes')
  return base58(concatBytes(PEER_ID_PREFIX, publicKey)) as PeerId
}

/** The ed25519 public key that a peer id is made of. The inverse of {@link peerIdFrom}. */
export function nodePublicKeyOf(id: PeerId): Bytes {
  const value = [...id].reduce((sum, digit) => sum * 58n + BigInt(BASE58.indexOf(digit)), 0n)
  return Uint8Array.from(
    Buffer.from(
      value
        .toString(16)
        .padStart(2 * NODE_KEY_BYTES, '0')
        .slice(-2 * NODE_KEY_BYTES),
      'hex',
    ),
  )
}

/**
 * A contact as people write it: `12D3KooW...@host:port`. Throws `PEER_ADDRESS_INVALID`.
 */
export function parseContact(text: string): Contact {
  const [, id = '', address = ''] = /^([^@]*)@(.+:\d+)$/.exec(text) ?? []
  if (!PEER_ID.test(id)) {
    throw new BaseError('PEER_ADDRESS_INVALID', `${text} is no address of a node`, {
      advice: ['It has the form 12D3KooW...@host:port; the other node prints its own when it starts.'],
    })
  }
  return { id: id as PeerId, addresses: [address] }
}

/** Leading zero bytes are leading ones. */
function base58(bytes: Bytes): string {
  let text = ''
  for (let left = bigInteger(bytes); left > 0n; left /= 58n) {
    text = (BASE58[Number(left % 58n)] ?? '') + text
  }
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return '1'.repeat(Math.max(zeros, 0)) + text
}

function bigInteger(bytes: Bytes): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

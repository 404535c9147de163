import type { Address, Bytes, Hash, Hex, Word } from '../../primitives/index.ts'
import { fromHex, inspect, isHex, toAddress, toHash } from '../../primitives/index.ts'
import { type Codec, refuse, required } from './codec.ts'

/** Text in hex digits after `0x`, of any length. The wording of what is wrong is geth's. */
function hexAt(json: unknown, path: string): Hex {
  if (isHex(json)) return json
  if (typeof json !== 'string') return refuse(path, `want a hex string, got ${inspect(json)}`)
  return refuse(path, json.startsWith('0x') ? `invalid hex string ${inspect(json)}` : 'hex string without 0x prefix')
}

/**
 * An integer from 0 that fits in `bits`: hex, leading zeros allowed, or a JSON number, for those who write requests by
 * hand. Decimal text is refused: nobody could tell whether "10" is ten or sixteen.
 */
function quantityOf(bits: number): Codec<bigint> {
  return required('quantity', (json, path) => {
    if (typeof json === 'number') {
      return Number.isSafeInteger(json) && json >= 0
        ? BigInt(json)
        : refuse(path, `want an integer from 0, got ${json}`)
    }
    const hex = hexAt(json, path)
    if (hex === '0x') return refuse(path, 'hex string "0x" is not a number')
    const value = BigInt(hex)
    return BigInt.asUintN(bits, value) === value ? value : refuse(path, `hex number > ${bits} bits`)
  })
}

/** A number of up to 256 bits: wei, a storage value, a signature's half. */
export const quantity = quantityOf(256)

/** A number of up to 64 bits: gas, a nonce, a block number, seconds. */
export const quantity64 = quantityOf(64)

/** A small number: an index, a count, milliseconds. */
export const integer: Codec<number> = required('integer', (json, path) => {
  const value = quantity64.decode(json, path)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : refuse(path, `the number ${value} is too large`)
})

/** Hex of whole bytes. */
export const data: Codec<Bytes> = required('data', (json, path) => {
  const hex = hexAt(json, path)
  return hex.length % 2 === 0 ? fromHex(hex) : refuse(path, 'hex string of odd length')
})

/** 20 bytes; a mixed case is not checked as a checksum. */
export const address: Codec<Address> = required('address', (json, path) => toAddress(sizedHex(json, path, 20)))

/** 32 bytes. */
export const hash: Codec<Hash> = required('hash', (json, path) => toHash(sizedHex(json, path, 32)))

function sizedHex(json: unknown, path: string, bytes: number): Hex {
  const hex = hexAt(json, path)
  return hex.length === 2 + 2 * bytes ? hex : refuse(path, `hex string has ${hex.length - 2} digits, want ${2 * bytes}`)
}

/** A storage slot as a client wrote it. `isFull` when all 32 bytes were written out. */
export type SlotKey = { readonly slot: Word; readonly isFull: boolean }

/** A storage slot: up to 32 bytes of hex, short and odd forms included. */
export const slotKey: Codec<SlotKey> = required('slot', (json, path) => {
  if (typeof json !== 'string') return refuse(path, `want a storage key in hex, got ${inspect(json)}`)
  const hex = json.startsWith('0x') ? json : `0x${json}`
  if (!isHex(hex)) return refuse(path, `invalid hex in storage key: ${inspect(json)}`)
  if (hex.length > 66) return refuse(path, `storage key too long (want at most 32 bytes): ${inspect(json)}`)
  return { slot: hex === '0x' ? 0n : BigInt(hex), isFull: hex.length === 66 }
})

/** {@link slotKey} where only its number matters. */
export const slot: Codec<Word> = required('slot', (json, path) => slotKey.decode(json, path).slot)

/** True or false. */
export const boolean: Codec<boolean> = required('boolean', (json, path) =>
  typeof json === 'boolean' ? json : refuse(path, `want true or false, got ${inspect(json)}`),
)

/** Any text. */
export const text: Codec<string> = required('text', (json, path) =>
  typeof json === 'string' ? json : refuse(path, `want text, got ${inspect(json)}`),
)

/** Any JSON that is there: what it means is the method's affair. */
export const anything: Codec<unknown> = required('json', (json) => json)

import type { Address, Bytes, Hash, RlpItem } from '../../primitives/index.ts'
import {
  addressFromBytes,
  assert,
  BaseError,
  fromHex,
  integerBytes,
  rlpBytes,
  rlpHash,
  rlpInteger,
} from '../../primitives/index.ts'
import { attempt } from '../attempt.ts'

/**
 * How one kind of value is written as an RLP item. `decode` accepts exactly what `encode` makes, so that a value has one
 * encoding; it throws `RLP_INVALID_VALUE` naming the field (`what`) for anything else, and so does `encode` for a number that
 * `decode` would refuse.
 */
export type Codec<value> = {
  encode(value: value): RlpItem
  decode(item: RlpItem, what: string): value
}

/** Rounds, heights, times: far below 2^53, so that they are exact as numbers. */
const COUNT_BITS = 48
const STAKE_BITS = 128

/** A whole number from 0 to 2^48 - 1. */
export const count: Codec<number> = {
  encode: (value) => integerBytes(BigInt(value), COUNT_BITS, 'a count'),
  decode: (item, what) => Number(rlpInteger(item, what, COUNT_BITS)),
}

/** An amount of stake, below 2^128. */
export const stake: Codec<bigint> = {
  encode: (value) => integerBytes(value, STAKE_BITS, 'a stake'),
  decode: (item, what) => rlpInteger(item, what, STAKE_BITS),
}

/** 32 bytes. */
export const hash: Codec<Hash> = { encode: fromHex, decode: rlpHash }

/** 20 bytes. */
export const address: Codec<Address> = {
  encode: fromHex,
  decode(item, what) {
    const bytes = rlpBytes(item, what)
    if (bytes.length !== 20) throw invalid(what, 'does not have 20 bytes')
    return addressFromBytes(bytes)
  },
}

/** At most `maxLength` bytes. */
export function bytes(maxLength: number): Codec<Bytes> {
  return {
    encode: (value) => value,
    decode(item, what) {
      const value = rlpBytes(item, what)
      if (value.length > maxLength) throw invalid(what, `has more than ${maxLength} bytes`)
      return value
    },
  }
}

/** Text of at most `maxLength` bytes of UTF-8. */
export function text(maxLength: number): Codec<string> {
  const utf8 = bytes(maxLength)
  return {
    encode: (value) => new TextEncoder().encode(value),
    decode(item, what) {
      const encoded = utf8.decode(item, what)
      const value = attempt(() => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded))
      if (value === undefined) throw invalid(what, 'is not UTF-8')
      return value
    },
  }
}

/** Ascending positions below `limit`, as a bitmap: bit i % 8 of byte i / 8. No zero byte at the end. */
export function positions(limit: number): Codec<readonly number[]> {
  return {
    encode(values) {
      const bitmap = new Uint8Array(values.length === 0 ? 0 : ((values.at(-1) ?? 0) >> 3) + 1)
      for (const value of values) bitmap[value >> 3] = (bitmap[value >> 3] ?? 0) | (1 << (value & 7))
      return bitmap
    },
    decode(item, what) {
      const bitmap = rlpBytes(item, what)
      if (bitmap.length > Math.ceil(limit / 8)) throw invalid(what, `names a position above ${limit}`)
      if (bitmap.at(-1) === 0) throw invalid(what, 'ends with a zero byte')
      const values: number[] = []
      for (let value = 0; value < bitmap.length * 8; value++) {
        if (((bitmap[value >> 3] ?? 0) >> (value & 7)) & 1) values.push(value)
      }
      return values
    },
  }
}

/** At most `maxLength` values of one kind. */
export function list<value>(element: Codec<value>, maxLength: number): Codec<readonly value[]> {
  return {
    encode: (values) => values.map(element.encode),
    decode(item, what) {
      if (item instanceof Uint8Array) throw invalid(what, 'is not a list')
      if (item.length > maxLength) throw invalid(what, `has more than ${maxLength} elements`)
      return item.map((one, index) => element.decode(one, `${what}[${index}]`))
    },
  }
}

/** A value that may be absent: a list of one or of none. */
export function optional<value>(element: Codec<value>): Codec<value | undefined> {
  const zeroOrOne = list(element, 1)
  return {
    encode: (value) => (value === undefined ? [] : [element.encode(value)]),
    decode: (item, what) => zeroOrOne.decode(item, what)[0],
  }
}

/** A record whose fields are written in the order of `fields`. */
export function struct<value extends object>(fields: { readonly [K in keyof value]-?: Codec<value[K]> }): Codec<value> {
  const names = Object.keys(fields) as (keyof value & string)[]
  return {
    encode: (value) => names.map((name) => fields[name].encode(value[name])),
    decode(item, what) {
      const items = tuple(item, what, names.length)
      const result: Partial<value> = {}
      names.forEach((name, index) => {
        result[name] = fields[name].decode(items[index] ?? [], `${what} ${name}`)
      })
      // Every field of `value` has a codec, so none is missing.
      return result as value
    },
  }
}

/** A discriminated union: the position of its `kind` among `kinds`, and the other fields. */
export function variant<value extends { readonly kind: string }>(
  kinds: {
    readonly [K in value['kind']]: Codec<Omit<Extract<value, { readonly kind: K }>, 'kind'>>
  },
): Codec<value> {
  const names = Object.keys(kinds) as value['kind'][]
  const codecs = Object.values(kinds) as Codec<object>[]
  return {
    encode(value) {
      const index = names.indexOf(value.kind)
      const codec = codecs[index]
      assert(codec !== undefined, 'every kind has a codec')
      return [count.encode(index), codec.encode(value)]
    },
    decode(item, what) {
      const [kind = [], fields = []] = tuple(item, what, 2)
      const index = count.decode(kind, `${what} kind`)
      const codec = codecs[index]
      if (codec === undefined) throw invalid(what, `is of no known kind: ${index}`)
      // The codec at this position is the one of this kind.
      return { kind: names[index], ...codec.decode(fields, `${what} ${names[index]}`) } as value
    },
  }
}

/** A codec that is named before it is made: types that contain themselves need it. */
export function deferred<value>(codec: () => Codec<value>): Codec<value> {
  return { encode: (value) => codec().encode(value), decode: (item, what) => codec().decode(item, what) }
}

function tuple(item: RlpItem, what: string, length: number): readonly RlpItem[] {
  if (item instanceof Uint8Array) throw invalid(what, 'is not a list')
  if (item.length !== length) throw invalid(what, `has ${item.length} fields where ${length} are expected`)
  return item
}

function invalid(what: string, fault: string): BaseError {
  return new BaseError('RLP_INVALID_VALUE', `${what} ${fault}`)
}

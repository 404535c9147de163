import { BaseError } from './errors.ts'
import { addressFromBytes, hashFromBytes, wordFromBytes } from './hex.ts'
import type { RlpItem } from './rlp.ts'
import type { Address, Bytes, Hash } from './types.ts'

/**
 * Reads the fields of an RLP list in order, each as what it must be. Every method throws `RLP_INVALID_VALUE` naming the
 * field when it is something else: integers must fit and have no leading zeros, so one value has one encoding.
 */
export interface FieldReader {
  /** An unsigned integer below 2^bits. */
  integer(name: string, bits: number): bigint
  bytes(name: string): Bytes
  /** Exactly `length` bytes. */
  fixedBytes(name: string, length: number): Bytes
  address(name: string): Address
  /** 20 bytes, or none. */
  optionalAddress(name: string): Address | undefined
  hash(name: string): Hash
  /** A list, each element read by `read`. */
  list<value>(name: string, read: (item: RlpItem, name: string) => value): readonly value[]
  /** True when no field is left. */
  readonly isDone: boolean
  /** Checks that no field is left. */
  end(): void
}

/** Reads `item`, which must be a list; `what` names it in errors. */
export function readFields(item: RlpItem, what: string): FieldReader {
  if (item instanceof Uint8Array) throw invalid(what, 'is not a list')
  let position = 0
  const label = (name: string) => `${what} ${name}`
  const next = (name: string): RlpItem => {
    const field = item[position++]
    if (field === undefined) throw invalid(label(name), 'is missing')
    return field
  }
  const bytes = (name: string) => rlpBytes(next(name), label(name))
  return {
    integer: (name, bits) => rlpInteger(next(name), label(name), bits),
    bytes,
    fixedBytes: (name, length) => ofLength(bytes(name), label(name), length),
    address: (name) => addressFromBytes(ofLength(bytes(name), label(name), 20)),
    optionalAddress(name) {
      const field = bytes(name)
      return field.length === 0 ? undefined : addressFromBytes(ofLength(field, label(name), 20))
    },
    hash: (name) => rlpHash(next(name), label(name)),
    list(name, read) {
      const field = next(name)
      if (field instanceof Uint8Array) throw invalid(label(name), 'is not a list')
      return field.map((element, index) => read(element, `${label(name)}[${index}]`))
    },
    get isDone() {
      return position >= item.length
    },
    end() {
      if (position < item.length) throw invalid(what, `has ${item.length} fields where ${position} are expected`)
    },
  }
}

/** A byte string. Throws `RLP_INVALID_VALUE` for a list; `what` names it. */
export function rlpBytes(item: RlpItem, what: string): Bytes {
  if (!(item instanceof Uint8Array)) throw invalid(what, 'is a list, not a byte string')
  return item
}

/** A string of 32 bytes. Throws `RLP_INVALID_VALUE` for anything else. */
export function rlpHash(item: RlpItem, what: string): Hash {
  return hashFromBytes(ofLength(rlpBytes(item, what), what, 32))
}

/** An unsigned integer below 2^bits. Throws `RLP_INVALID_VALUE` for anything else, leading zeros included. */
export function rlpInteger(item: RlpItem, what: string, bits: number): bigint {
  const bytes = rlpBytes(item, what)
  if (bytes[0] === 0) throw invalid(what, 'has a leading zero')
  const value = bytes.length > 32 ? undefined : wordFromBytes(bytes)
  if (value === undefined || value >> BigInt(bits) !== 0n) throw invalid(what, `is larger than ${bits} bits`)
  return value
}

function ofLength(bytes: Bytes, what: string, length: number): Bytes {
  if (bytes.length !== length) throw invalid(what, `has ${bytes.length} bytes where ${length} are expected`)
  return bytes
}

function invalid(what: string, fault: string): BaseError {
  return new BaseError('RLP_INVALID_VALUE', `${what} ${fault}`)
}

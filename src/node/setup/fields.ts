import type { Address, Bytes } from '../../primitives/index.ts'
import { addressFromBytes, BaseError, checksummed, fromHex, inspect, isHex } from '../../primitives/index.ts'

/**
 * Reads an object of one of our own files, member by member. What is missing, of another type or out of range is refused
 * with the file's code and the member's path; so is, at the end, whatever nobody asked for: a member that is misspelt
 * must not be one that is silently left out.
 */
export type Fields = {
  has(name: string): boolean
  text(name: string): string
  /** A whole number from `least` to `most`. */
  integer(name: string, least: number, most: number): number
  /** Decimal digits in quotes, for numbers that a JSON number cannot hold. */
  digits(name: string): bigint
  /** `0x` and hex of exactly so many bytes. */
  bytes(name: string, length: number): Bytes
  /** `0x` and 40 hex digits; letters of both cases are a checksum (EIP-55). */
  address(name: string): Address
  texts(name: string): readonly string[]
  object(name: string): Fields
  objects(name: string): readonly Fields[]
  /** Refuses a member, or with `name` absent the whole object, in these words. */
  refuse(fault: string, name?: string): never
  /** Refuses members that were not read. */
  finish(): void
}

/** Begins reading `json`, which stands at `path` of a file whose faults have this code. */
export function readFields(json: unknown, path: string, code: string): Fields {
  const refuseAt = (place: string, fault: string): never => {
    throw new BaseError(code, `${place} ${fault}`)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuseAt(path, json === undefined ? 'is missing' : `is ${inspect(json)}, not an object`)
  }
  const members: Readonly<Record<string, unknown>> = { ...json }
  const known = new Set<string>()

  /** Reads a member with what takes it; undefined from there means that it does not fit. */
  const read = <value>(name: string, wanted: string, take: (member: unknown) => value | undefined): value => {
    known.add(name)
    const member = members[name]
    if (member === undefined) return refuseAt(`${path}.${name}`, 'is missing')
    return take(member) ?? refuseAt(`${path}.${name}`, `is ${inspect(member)}, not ${wanted}`)
  }

  return {
    has: (name) => members[name] !== undefined,
    text: (name) => read(name, 'text', textOf),
    integer: (name, least, most) =>
      read(name, `a whole number from ${least} to ${most}`, (member) =>
        typeof member === 'number' && Number.isInteger(member) && member >= least && member <= most
          ? member
          : undefined,
      ),
    digits: (name) =>
      read(name, 'decimal digits in quotes', (member) =>
        typeof member === 'string' && /^\d{1,40}$/.test(member) ? BigInt(member) : undefined,
      ),
    bytes: (name, length) =>
      read(name, `${length} bytes of hex`, (member) =>
        isHex(member) && member.length === 2 + 2 * length ? fromHex(member) : undefined,
      ),
    address: (name) => read(name, 'an address (letters of both cases are its checksum, EIP-55)', addressOf),
    texts: (name) => read(name, 'a list of texts', textsOf),
    object: (name) => read(name, 'an object', (member) => readFields(member, `${path}.${name}`, code)),
    objects: (name) =>
      read(name, 'a list', (member) =>
        Array.isArray(member)
          ? member.map((item: unknown, index) => readFields(item, `${path}.${name}[${index}]`, code))
          : undefined,
      ),
    refuse: (fault, name) => refuseAt(name === undefined ? path : `${path}.${name}`, fault),
    finish() {
      const stranger = Object.keys(members).find((name) => !known.has(name))
      if (stranger !== undefined) refuseAt(`${path}.${stranger}`, 'is nothing that this version knows')
    },
  }
}

function textOf(member: unknown): string | undefined {
  return typeof member === 'string' && member !== '' ? member : undefined
}

function addressOf(member: unknown): Address | undefined {
  if (!isHex(member) || member.length !== 2 + 2 * 20) return undefined
  const address = addressFromBytes(fromHex(member))
  const isMixed = /[a-f]/.test(member.slice(2)) && /[A-F]/.test(member)
  return isMixed && member !== checksummed(address) ? undefined : address
}

function textsOf(member: unknown): readonly string[] | undefined {
  return Array.isArray(member) && member.every((item) => textOf(item) !== undefined) ? member.map(String) : undefined
}

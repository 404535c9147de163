import { hexDigits, hexOf, parseHex } from './hex'
import { accountBalance, accountCodeHash, accountCodeSize, keccak } from './hooks'
import { u256 } from './u256'

function sameBytes(a: usize, b: usize, size: usize): bool {
  return memory.compare(a, b, size) == 0
}

/** 20 bytes: an account. `Address('0x..')` makes one from a literal. */
@unmanaged @final
export class Address {
  private part0: u64
  private part1: u64
  private part2: u32

  /** From 40 hexadecimal digits after `0x`. */
  static from(text: string): Address {
    assert(hexDigits(text) == 40, 'Address: 40 hexadecimal digits expected')
    const at = __alloc(20)
    parseHex(text, at, 20)
    return changetype<Address>(at)
  }

  static get zero(): Address {
    return changetype<Address>(__alloc(20))
  }

  isZero(): bool {
    return this == Address.zero
  }

  /** In wei. */
  get balance(): u256 {
    const at = __alloc(32)
    accountBalance(changetype<usize>(this), at)
    return changetype<u256>(at)
  }

  get codeSize(): u32 {
    return <u32>accountCodeSize(changetype<usize>(this))
  }

  /** Of an account without code, the hash of nothing; of one that does not exist, zero. */
  get codeHash(): Bytes32 {
    const at = __alloc(32)
    accountCodeHash(changetype<usize>(this), at)
    return changetype<Bytes32>(at)
  }

  /** `0x` and 40 hexadecimal digits, in lower case. */
  toString(): string {
    return hexOf(changetype<usize>(this), 20)
  }

  @operator('==')
  private static equal(a: Address, b: Address): bool {
    return sameBytes(changetype<usize>(a), changetype<usize>(b), 20)
  }

  @operator('!=')
  private static different(a: Address, b: Address): bool {
    return !sameBytes(changetype<usize>(a), changetype<usize>(b), 20)
  }
}

/** 32 bytes that are not a number: a hash, a role. `Bytes32('0x..')` makes one from a literal. */
@unmanaged @final
export class Bytes32 {
  private part0: u64
  private part1: u64
  private part2: u64
  private part3: u64

  /** From 64 hexadecimal digits after `0x`. */
  static from(text: string): Bytes32 {
    assert(hexDigits(text) == 64, 'Bytes32: 64 hexadecimal digits expected')
    const at = __alloc(32)
    parseHex(text, at, 32)
    return changetype<Bytes32>(at)
  }

  static get zero(): Bytes32 {
    return changetype<Bytes32>(__alloc(32))
  }

  isZero(): bool {
    return this == Bytes32.zero
  }

  /** `0x` and 64 hexadecimal digits, in lower case. */
  toString(): string {
    return hexOf(changetype<usize>(this), 32)
  }

  /** The same 32 bytes read as a number. */
  toU256(): u256 {
    return changetype<u256>(changetype<usize>(this))
  }

  @operator('==')
  private static equal(a: Bytes32, b: Bytes32): bool {
    return sameBytes(changetype<usize>(a), changetype<usize>(b), 32)
  }

  @operator('!=')
  private static different(a: Bytes32, b: Bytes32): bool {
    return !sameBytes(changetype<usize>(a), changetype<usize>(b), 32)
  }
}

/** Keccak-256. */
export function keccak256(data: Uint8Array): Bytes32 {
  const at = __alloc(32)
  keccak(data.dataStart, data.length, at)
  return changetype<Bytes32>(at)
}

// The compiler makes every other number of bytes below 32 from this file, by replacing 4.

import { hexDigits, parseHex } from './hex'
import { BAD_INDEX, fail, panic } from './revert'
import { compareWords, fitsLeft } from './word'

const SIZE: i32 = 4

/** 4 bytes that are not a number, at the beginning of a word: `Bytes4('0x01ffc9a7')` makes one from a literal. */
@unmanaged @final
export class Bytes4 {
  private limb0: u64
  private limb1: u64
  private limb2: u64
  private limb3: u64

  /** From as many bytes in hexadecimal digits after `0x`. */
  static from(text: string): Bytes4 {
    assert(hexDigits(text) == 2 * SIZE, 'Bytes: wrong number of hexadecimal digits')
    const at = __alloc(32)
    parseHex(text, at, SIZE)
    return changetype<Bytes4>(at)
  }

  static get zero(): Bytes4 {
    return changetype<Bytes4>(__alloc(32))
  }

  /** The byte at an index; beyond the end Panic(0x32). */
  @operator('[]')
  private at(index: i32): u8 {
    if (<u32>index >= <u32>SIZE) panic(BAD_INDEX)
    return load<u8>(changetype<usize>(this) + index)
  }

  @operator('==')
  private static equal(a: Bytes4, b: Bytes4): bool {
    return compareWords(changetype<usize>(a), changetype<usize>(b)) == 0
  }

  @operator('!=')
  private static different(a: Bytes4, b: Bytes4): bool {
    return compareWords(changetype<usize>(a), changetype<usize>(b)) != 0
  }

  __size(): i32 {
    return SIZE
  }

  __left(): bool {
    return true
  }

  __check(): void {
    if (!fitsLeft(changetype<usize>(this), SIZE)) fail()
  }
}

import { bytesOf, contentOf, encodeWord } from './abi'
import { sizeInStorage } from './storage'

/**
 * Values side by side, each in as many bytes as its type has: Solidity's `abi.encodePacked`.
 * `new Packed().add('\x19\x01').add(domain).add(hash).bytes`.
 */
@final
export class Packed {
  private from: usize = 0
  private size: usize = 0
  private room: usize = 0

  /** Appends a number, a bool, an address, fixed bytes, or the bytes of a string or of a `Uint8Array`. */
  add<T>(value: T): Packed {
    if (isArray<T>()) ERROR('Packed: add the elements of an array one by one')
    if (isReference<T>()) {
      if (isDefined(value.__put)) ERROR('Packed: add the fields of a struct one by one')
    }
    if (isManaged<T>()) {
      const content = contentOf<T>(value)
      return this.append(content.dataStart, content.length)
    }
    const size = sizeInStorage<T>()
    const word = __alloc(32)
    encodeWord<T>(value, word)
    if (isReference<T>()) {
      if (isDefined(value.__left)) {
        if (value.__left()) return this.append(word, size)
      }
    }
    return this.append(word + 32 - size, size)
  }

  /** A copy of all bytes so far. */
  get bytes(): Uint8Array {
    return bytesOf(this.from, this.size)
  }

  private append(from: usize, size: usize): Packed {
    const needed = this.size + size
    if (needed > this.room) {
      this.room = max<usize>(64, needed << 1)
      const before = this.from
      this.from = __alloc(this.room)
      memory.copy(this.from, before, this.size)
    }
    memory.copy(this.from + this.size, from, size)
    this.size = needed
    return this
  }
}

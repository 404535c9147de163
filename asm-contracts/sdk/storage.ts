// State variables, laid out as Solidity lays them out. A slot is a pointer to its 32-byte number. A mapping or an array
// is nothing but its slot: a handle is that pointer, and its class has no fields. What has parts (`@struct` classes and
// FixedArray) is read as a reference: an object that knows its slot and reads and writes its parts there.

import { ask, bytesOf, contentOf, Decoder, encodeWord, fresh } from './abi'
import { keccak, storageCache, storageLoad } from './hooks'
import { BAD_INDEX, EMPTY_POP, fail, panic } from './revert'
import { utf8Read } from './text'
import { u256 } from './u256'
import { Bytes32 } from './values'

/** One word to work in, after eight bytes that may be read and mean nothing. */
const scratch: usize = memory.data(40) + 8

/** The slot of a state variable. */
export function slot(index: u32): usize {
  const at = __alloc(32)
  store<u32>(at, bswap<u32>(index), 28)
  return at
}

/** slot + distance. */
export function slotAfter(base: usize, distance: u64): usize {
  const at = __alloc(32)
  let carry = distance
  for (let i: i32 = 24; i >= 0; i -= 8) {
    const sum = bswap<u64>(load<u64>(base + i)) + carry
    carry = u64(sum < carry)
    store<u64>(at + i, bswap<u64>(sum))
  }
  return at
}

function hashed(from: usize, size: usize): usize {
  const at = __alloc(32)
  keccak(from, size, at)
  return at
}

/** The slot of a mapping's entry: keccak(key . slot), the key padded to a word unless it is a string or bytes. */
function entryOf<K>(base: usize, key: K): usize {
  if (isManaged<K>()) {
    const bytes = contentOf<K>(key)
    const at = __alloc(bytes.length + 32)
    memory.copy(at, bytes.dataStart, bytes.length)
    memory.copy(at + bytes.length, base, 32)
    return hashed(at, bytes.length + 32)
  }
  const at = __alloc(64)
  encodeWord<K>(key, at)
  memory.copy(at + 32, base, 32)
  return hashed(at, 64)
}

/** Reads a variable that lies `offset` bytes from the low end of its slot. */
export function read<T>(slot: usize, offset: usize): T {
  if (isReference<T>()) {
    if (isDefined(ask<T>().__put)) {
      const made = fresh<T>()
      made.__slot = slot
      return made
    }
  }
  if (isManaged<T>()) return readBytes<T>(slot)
  if (isReference<T>()) {
    if (offsetof<T>() == 0) return changetype<T>(slot)
    const word = __alloc(32)
    storageLoad(slot, word)
    if (isDefined(ask<T>().__size)) return unpacked<T>(word + 32 - offset)
    return changetype<T>(word + 32 - offsetof<T>() - offset)
  }
  storageLoad(slot, scratch)
  const low = bswap<u64>(load<u64>(scratch + 24 - offset))
  if (isBoolean<T>()) return <T>(<u8>low != 0)
  return <T>low
}

/** A value of less than a word, made a word; its bytes end at `end`. */
function unpacked<T>(end: usize): T {
  const size = ask<T>().__size()
  const made = __alloc(32)
  memory.copy(ask<T>().__left() ? made : made + 32 - size, end - size, size)
  if (isDefined(ask<T>().__signed)) {
    if (ask<T>().__signed() && <i8>load<u8>(end - size) < 0) memory.fill(made, 0xff, 32 - size)
  }
  return changetype<T>(made)
}

/** Writes a variable; what shares its slot stays. */
export function write<T>(slot: usize, offset: usize, value: T): void {
  if (isReference<T>()) {
    if (isDefined(value.__put)) {
      value.__store(slot)
      return
    }
  }
  if (isManaged<T>()) {
    const bytes = contentOf<T>(value)
    writeBytes(slot, bytes.dataStart, bytes.length)
    return
  }
  if (isReference<T>()) {
    if (offsetof<T>() == 0) ERROR('A Mapping or a StorageArray cannot be assigned: assign its entries')
    if (sizeInStorage<T>() == 32) {
      storageCache(slot, changetype<usize>(value))
      return
    }
  }
  storageLoad(slot, scratch)
  const at = scratch + 32 - sizeInStorage<T>() - offset
  if (isReference<T>()) memory.copy(at, packedAt<T>(value), sizeInStorage<T>())
  else if (sizeof<T>() == 1) store<u8>(at, <u8>value)
  else store<T>(at, bswap<T>(value))
  storageCache(slot, scratch)
}

/** Where the bytes of a value of less than a word are. */
function packedAt<T>(value: T): usize {
  const at = changetype<usize>(value)
  if (isDefined(value.__size)) return value.__left() ? at : at + 32 - value.__size()
  return at
}

/** Makes a variable zero, with all that belongs to it: elements of arrays, fields, but not entries of mappings. */
export function erase<T>(slot: usize, offset: usize): void {
  if (isReference<T>()) {
    if (isDefined(ask<T>().__erase)) {
      read<T>(slot, 0).__erase()
      return
    }
    // A mapping: what it holds cannot be known.
    if (isDefined(ask<T>().__entry)) return
  }
  write<T>(slot, offset, blank<T>())
}

/**
 * What a slot of the contract's storage holds, for places that no variable has: `sload<Address>(slot)` reads the address that
 * a proxy keeps where EIP-1967 says. The value lies at the low end of the slot, as that of a variable would.
 */
export function sload<T>(slot: Bytes32): T {
  return read<T>(changetype<usize>(slot), 0)
}

/** Writes what {@link sload} reads. */
export function sstore<T>(slot: Bytes32, value: T): void {
  write<T>(changetype<usize>(slot), 0, value)
}

/** How many slots a variable takes when it shares none. */
export function slotsOf<T>(): u32 {
  if (isReference<T>()) {
    if (isDefined(ask<T>().__put)) return ask<T>().__slots()
  }
  return 1
}

/** How many bytes of a slot a variable takes. */
// @ts-ignore: decorator
@inline export function sizeInStorage<T>(): u32 {
  if (isReference<T>()) {
    if (isManaged<T>() || offsetof<T>() == 0) return 32
    if (isDefined(ask<T>().__size)) return ask<T>().__size()
    return <u32>offsetof<T>()
  }
  return <u32>sizeof<T>()
}

/** The slot of an element, of which the first lies in `first`. */
export function elementSlot<T>(first: usize, index: u32): usize {
  const perSlot = 32 / sizeInStorage<T>()
  return slotAfter(first, <u64>(index / perSlot) * slotsOf<T>())
}

/** Where in its slot an element lies. */
export function elementOffset<T>(index: u32): u32 {
  const perSlot = 32 / sizeInStorage<T>()
  return (index % perSlot) * sizeInStorage<T>()
}

/** The zero value of a type. */
export function blank<T>(): T {
  if (isReference<T>()) {
    if (isDefined(ask<T>().__blank)) {
      const made = fresh<T>()
      made.__blank()
      return made
    }
  }
  if (isString<T>()) return changetype<T>('')
  if (isArray<T>()) return instantiate<T>(0)
  if (isManaged<T>()) return changetype<T>(bytesOf(0, 0))
  if (isReference<T>()) {
    if (offsetof<T>() == 0) ERROR('What holds a Mapping or a StorageArray cannot be made: declare it as a field of the contract')
    return changetype<T>(__alloc(offsetof<T>()))
  }
  return <T>0
}

/** A value that is not a reference to storage: a copy of what has parts, everything else as it is. */
export function copied<T>(value: T): T {
  if (isReference<T>()) {
    if (isDefined(value.__put)) return value.copy()
  }
  return value
}

/** How many bytes a string or bytes variable holds, by its slot's word: short ones (31 at most) lie in the word itself. */
function byteLength(word: usize): usize {
  const low = bswap<u32>(load<u32>(word, 28))
  return low & 1 ? low >>> 1 : (low & 0xff) >>> 1
}

function readBytes<T>(slot: usize): T {
  let data = __alloc(32)
  storageLoad(slot, data)
  const size = byteLength(data)
  if (size > 31) {
    const first = hashed(slot, 32)
    data = __alloc((size + 31) & ~31)
    for (let at: usize = 0; at < size; at += 32) storageLoad(slotAfter(first, at >>> 5), data + at)
  }
  if (isString<T>()) return changetype<T>(utf8Read(data, size))
  return changetype<T>(bytesOf(data, size))
}

function writeBytes(slot: usize, from: usize, size: usize): void {
  const word = __alloc(32)
  storageLoad(slot, word)
  const before = byteLength(word)
  const wordsBefore = before > 31 ? (before + 31) >>> 5 : 0
  const words = size > 31 ? (size + 31) >>> 5 : 0
  const padded = __alloc((size + 32) & ~31)
  memory.copy(padded, from, size)
  const most = max(words, wordsBefore)
  const first = most ? hashed(slot, 32) : 0
  const zero = __alloc(32)
  for (let i: usize = 0; i < most; i++) {
    storageCache(slotAfter(first, i), i < words ? padded + (i << 5) : zero)
  }
  if (words) store<u32>(zero, bswap<u32>(<u32>((size << 1) | 1)), 28)
  else {
    memory.copy(zero, padded, size)
    store<u8>(zero, <u8>(size << 1), 31)
  }
  storageCache(slot, zero)
}

/** A mapping in storage: every key has a value, zero at first. `balances[account] += amount` reads and writes it. */
@unmanaged @final
export class Mapping<K, V> {
  constructor() {
    ERROR('A Mapping is a place in storage and cannot be made: declare it as a field of the contract')
  }

  @operator('[]')
  get(key: K): V {
    return read<V>(entryOf<K>(changetype<usize>(this), key), 0)
  }

  @operator('[]=')
  set(key: K, value: V): void {
    write<V>(entryOf<K>(changetype<usize>(this), key), 0, value)
  }

  /** Makes the key's value zero again. */
  delete(key: K): void {
    erase<V>(entryOf<K>(changetype<usize>(this), key), 0)
  }

  /** What a public mapping's getter answers: the entry of the key that the call data holds next. */
  __entry(data: Decoder): V {
    return this.get(data.next<K>())
  }
}

/** A dynamic array in storage. An index out of range reverts with Panic(0x32), `pop` of an empty one with Panic(0x31). */
@unmanaged @final
export class StorageArray<T> {
  constructor() {
    ERROR('A StorageArray is a place in storage and cannot be made: declare it as a field of the contract, or make a T[]')
  }

  get length(): u32 {
    const word = scratch
    storageLoad(changetype<usize>(this), word)
    return bswap<u32>(load<u32>(word, 28))
  }

  @operator('[]')
  get(index: u32): T {
    if (index >= this.length) panic(BAD_INDEX)
    return this.element(index)
  }

  @operator('[]=')
  set(index: u32, value: T): void {
    if (index >= this.length) panic(BAD_INDEX)
    write<T>(elementSlot<T>(this.first(), index), elementOffset<T>(index), value)
  }

  push(value: T): void {
    const length = this.length
    this.resize(length + 1)
    write<T>(elementSlot<T>(this.first(), length), elementOffset<T>(length), value)
  }

  /** Adds a zero element and returns it: what has parts, a mapping or an array can then be filled. */
  append(): T {
    const length = this.length
    this.resize(length + 1)
    return this.element(length)
  }

  /** Takes the last element out, leaving zero behind. */
  pop(): void {
    const length = this.length
    if (!length) panic(EMPTY_POP)
    erase<T>(elementSlot<T>(this.first(), length - 1), elementOffset<T>(length - 1))
    this.resize(length - 1)
  }

  /** Takes all elements out. */
  clear(): void {
    this.__erase()
  }

  /** All elements, in memory. */
  toArray(): T[] {
    const made = instantiate<T[]>(this.length)
    for (let i = 0; i < made.length; i++) made[i] = copied<T>(this.element(i))
    return made
  }

  /** Replaces all elements. */
  assign(values: T[]): void {
    const before = this.length
    this.resize(values.length)
    const first = this.first()
    for (let i = 0; i < values.length; i++) write<T>(elementSlot<T>(first, i), elementOffset<T>(i), values[i])
    for (let i: u32 = values.length; i < before; i++) erase<T>(elementSlot<T>(first, i), elementOffset<T>(i))
  }

  /** What a public array's getter answers; an index out of range reverts without data. */
  __entry(data: Decoder): T {
    const index = data.next<u256>()
    if (index >= u256.from<u32>(this.length)) fail()
    return this.element(<u32>index.toU64())
  }

  __erase(): void {
    const length = this.length
    const first = this.first()
    for (let i: u32 = 0; i < length; i++) erase<T>(elementSlot<T>(first, i), elementOffset<T>(i))
    this.resize(0)
  }

  private element(index: u32): T {
    return read<T>(elementSlot<T>(this.first(), index), elementOffset<T>(index))
  }

  private resize(length: u32): void {
    storageCache(changetype<usize>(this), slot(length))
  }

  private first(): usize {
    return hashed(changetype<usize>(this), 32)
  }
}

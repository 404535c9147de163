/**
 * From keys to records: one index for accounts, slots, transient slots and codes. Open addressing with linear probing
 * over cells of 8 bytes, the low half a tag (32 bits of the hash), the high half the record; 0 is a free cell. The
 * whole key is compared, always: a tag only saves looking. At most half of the cells are in use. Nothing is deleted
 * but all at once.
 *
 * Whoever writes contracts chooses keys, so the hash has secret keys: NH (Black et al., UMAC, 1999) over the two
 * halves of the word, plus the space times an odd number, then multiply-shift (Dietzfelbinger et al., 1997). Two keys
 * share a cell by chance only, whatever they are.
 */
import { allocate, release } from '../heap'
import { copy, equals } from '../word'
import { take } from './arena'
import { append, LIST_BYTES, startOf, truncate, usedOf } from './list'
import { RECORD_CELL, RECORD_KEY, RECORD_SPACE } from './record'

/** Pointers to all records, oldest first. */
const records = memory.data(LIST_BYTES)

const FIRST_EXPONENT: u32 = 12

let cells: usize = 0
let exponent: u32 = 0
let lastCellOffset: u32 = 0
let freeCells: u32 = 0

/** Where the last `find` that found nothing would have found it. */
let vacantCell: usize = 0
let vacantTag: u32 = 0

/** Secret numbers, eight of 32 bits. */
const secrets = memory.data(32, 16)
let spaceFactor: u64 = 1
let multiplier: u64 = 1

/**
 * Makes the hash unpredictable: `seed` is a secret. 0 makes it bad instead: all keys below 2^128 meet, and still
 * every answer is right. To be called before `begin`.
 */
export function seedTable(seed: u64): void {
  for (let n: u32 = 0; n < 4; n++) store<u64>(secrets + (n << 3), splitMix(seed * u64(n + 1)))
  spaceFactor = splitMix(seed * 5) | 1
  multiplier = splitMix(seed * 6) | 1
}

/** SplitMix64 (Steele, Lea, Flood 2014): the n-th number that follows from a seed. */
function splitMix(n: u64): u64 {
  let x = n * 0x9e3779b97f4a7c15
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb
  return x ^ (x >> 31)
}

// @ts-ignore: decorator
@inline
function tagOf(space: u32, key: usize): u32 {
  const low = i32x4.add(v128.load(key), v128.load(secrets))
  const high = i32x4.add(v128.load(key, 16), v128.load(secrets, 16))
  const products = i64x2.add(i64x2.extmul_low_i32x4_u(low, high), i64x2.extmul_high_i32x4_u(low, high))
  const sum = i64x2.extract_lane(products, 0) + i64x2.extract_lane(products, 1) + u64(space) * spaceFactor
  return u32((sum * multiplier) >> 32)
}

/** The first cell to look at: the tag's highest bits, which are the good ones of multiply-shift. */
// @ts-ignore: decorator
@inline
function homeOf(tag: u32): u32 {
  return (tag >> (32 - exponent)) << 3
}

/** The record of a key; 0 when there is none, and then `enter` may make it. */
export function find(space: u32, key: usize): usize {
  const tag = tagOf(space, key)
  let offset = homeOf(tag)
  while (true) {
    const cell = load<u64>(cells + offset)
    if (cell == 0) break
    if (u32(cell) == tag) {
      const record = usize(cell >> 32)
      if (load<u32>(record, RECORD_SPACE) == space && equals(record + RECORD_KEY, key)) return record
    }
    offset = (offset + 8) & lastCellOffset
  }
  vacantCell = cells + offset
  vacantTag = tag
  return 0
}

/** A new record of `bytes`, zero but for its key, which the last `find` did not find. */
export function enter(space: u32, key: usize, bytes: u32): usize {
  const record = take(bytes)
  store<u32>(record, space, RECORD_SPACE)
  copy(record + RECORD_KEY, key)
  store<u32>(append(records, 4), u32(record))
  occupy(vacantCell, vacantTag, record)
  freeCells -= 1
  if (freeCells == 0) grow()
  return record
}

/** How many records there are. */
export function recordCount(): u32 {
  return usedOf(records) >> 2
}

/** A list of pointers to all records, oldest first, {@link recordCount} of them. Stands until the next one is made. */
export function recordList(): usize {
  return startOf(records)
}

/** Empties the table, in time that depends on what was in it and not on its size. */
export function clearTable(): void {
  if (cells == 0) makeCells(FIRST_EXPONENT)
  const list = startOf(records)
  const count = recordCount()
  for (let i: u32 = 0; i < count; i++) store<u64>(load<u32>(load<u32>(list + (i << 2)), RECORD_CELL), 0)
  freeCells += count
  truncate(records, 0)
}

// @ts-ignore: decorator
@inline
function occupy(cell: usize, tag: u32, record: usize): void {
  store<u64>(cell, (u64(record) << 32) | u64(tag))
  store<u32>(record, u32(cell), RECORD_CELL)
}

function makeCells(newExponent: u32): void {
  const bytes: u32 = 8 << newExponent
  exponent = newExponent
  cells = allocate(bytes)
  memory.fill(cells, 0, bytes)
  lastCellOffset = bytes - 8
  freeCells = 1 << (newExponent - 1)
}

/** Twice the cells. Records stay where they are. */
function grow(): void {
  const oldCells = cells
  const oldBytes: u32 = 8 << exponent
  makeCells(exponent + 1)
  for (let old = oldCells; old < oldCells + oldBytes; old += 8) {
    const cell = load<u64>(old)
    if (cell == 0) continue
    let offset = homeOf(u32(cell))
    while (load<u64>(cells + offset) != 0) offset = (offset + 8) & lastCellOffset
    occupy(cells + offset, u32(cell), usize(cell >> 32))
  }
  freeCells -= recordCount()
  release(oldCells, oldBytes)
}

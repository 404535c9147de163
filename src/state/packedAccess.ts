import { journalLayout, type Pointer } from '../core/index.ts'
import type { Address, Word } from '../primitives/index.ts'
import { type AccessSet, type LocationKey, locationKey, type Places } from './access.ts'
import { addWrites } from './changes.ts'
import type { Account, AccountDiff } from './view.ts'

const {
  ACCESS_KEY,
  ACCESS_RECORD,
  ACCESS_ROW_BYTES,
  ACCESS_SPACE,
  ACCESS_STICKY,
  SPACE_ACCOUNT,
  SPACE_ID_MASK,
  STICKY_FETCHED,
  STICKY_LOADED,
  STICKY_MOVED_BALANCE,
  STICKY_READ_BALANCE,
  STICKY_READ_CODE,
  STICKY_READ_LIFE,
  STICKY_READ_NONCE,
  STICKY_READ_RESET,
  STICKY_STORAGE_ASKED,
} = journalLayout

const STICKY_ASKED = STICKY_LOADED | STICKY_FETCHED | STICKY_STORAGE_ASKED

const READ_MARKS = [
  ['balance', STICKY_READ_BALANCE | STICKY_MOVED_BALANCE | STICKY_READ_LIFE],
  ['nonce', STICKY_READ_NONCE | STICKY_READ_LIFE],
  ['code', STICKY_READ_CODE | STICKY_READ_LIFE],
  ['reset', STICKY_READ_RESET],
] as const

/** An account that changed, and what it was. */
export type Written = { readonly before: Account | undefined; readonly diff: AccountDiff }

/** What a transaction of the core leaves to say what it accessed. */
export type AccessParts = {
  /** Rows of the core's access table. */
  readonly rows: Buffer
  /** Pointers to the records that were ever warm, in order of the first touch. */
  readonly touches: Uint32Array
  readonly written: readonly Written[]
  /** Contracts that began. */
  readonly created: readonly Address[]
}

/** A row, its key read. */
type Place = { readonly address: Address; readonly slot: Word | undefined; readonly sticky: number }

/**
 * An access set that is packed until somebody asks, which few do: of a transaction that writes 5,000 slots the names
 * alone take 7 ms, the table 0.1 ms.
 */
export class PackedAccess implements AccessSet {
  readonly #parts: AccessParts
  #places: ReadonlyMap<Pointer, Place> | undefined
  #reads: ReadonlySet<LocationKey> | undefined
  #writes: ReadonlySet<LocationKey> | undefined
  #touched: Places | undefined

  constructor(parts: AccessParts) {
    this.#parts = parts
  }

  get reads(): ReadonlySet<LocationKey> {
    this.#reads ??= readsOf(this.#unpacked)
    return this.#reads
  }

  get writes(): ReadonlySet<LocationKey> {
    this.#writes ??= writesOf(this.#parts)
    return this.#writes
  }

  asked(visit: (address: Address, slot?: Word) => void): void {
    eachAsked(this.#parts.rows, visit)
  }

  get touched(): Places {
    this.#touched ??= touchedOf(this.#parts.touches, this.#unpacked)
    return this.#touched
  }

  get #unpacked(): ReadonlyMap<Pointer, Place> {
    this.#places ??= unpack(this.#parts.rows)
    return this.#places
  }
}

/** Rows by their records. An account's row stands before those of its slots. */
function unpack(rows: Buffer): ReadonlyMap<Pointer, Place> {
  const places = new Map<Pointer, Place>()
  for (let row = 0; row < rows.length; row += ACCESS_ROW_BYTES) {
    const space = rows.readUint32LE(row + ACCESS_SPACE)
    const sticky = rows.readUint32LE(row + ACCESS_STICKY)
    const account = places.get((space & SPACE_ID_MASK) >>> 0)
    const place: Place =
      space === SPACE_ACCOUNT || account === undefined
        ? { address: addressAt(rows, row), slot: undefined, sticky }
        : { address: account.address, slot: slotAt(rows, row), sticky }
    places.set(rows.readUint32LE(row + ACCESS_RECORD), place)
  }
  return places
}

/**
 * Reads the rows as they stand: most of them tell of precompiles, which are warm from the start and which nobody asked about. A
 * slot mostly has the account of the one before.
 */
function eachAsked(rows: Buffer, visit: (address: Address, slot?: Word) => void): void {
  const words = new Uint32Array(rows.buffer, rows.byteOffset, rows.length >> 2)
  let owner: Pointer = 0
  let ownerAddress: Address | undefined
  for (let row = 0; row < rows.length; row += ACCESS_ROW_BYTES) {
    const at = row >> 2
    if (((words[at + (ACCESS_STICKY >> 2)] ?? 0) & STICKY_ASKED) === 0) continue
    const space = words[at + (ACCESS_SPACE >> 2)] ?? 0
    if (space === SPACE_ACCOUNT) {
      visit(addressAt(rows, row))
      continue
    }
    const id = (space & SPACE_ID_MASK) >>> 0
    if (ownerAddress === undefined || id !== owner) {
      owner = id
      ownerAddress = addressAt(rows, rowOf(words, id))
    }
    visit(ownerAddress, slotAt(rows, row))
  }
}

/** The row of a record. Accounts stand before their slots, mostly near the start. */
function rowOf(words: Uint32Array, record: Pointer): number {
  let row = 0
  while (words[(row + ACCESS_RECORD) >> 2] !== record) row += ACCESS_ROW_BYTES
  return row
}

function addressAt(rows: Buffer, row: number): Address {
  return `0x${rows.toString('hex', row + ACCESS_KEY + 12, row + ACCESS_KEY + 32)}` as Address
}

function slotAt(rows: Buffer, row: number): Word {
  return BigInt(`0x${rows.toString('hex', row + ACCESS_KEY, row + ACCESS_KEY + 32)}`)
}

function readsOf(places: ReadonlyMap<Pointer, Place>): ReadonlySet<LocationKey> {
  const reads = new Set<LocationKey>()
  for (const { address, slot, sticky } of places.values()) {
    if (slot === undefined) {
      for (const [kind, mark] of READ_MARKS) if ((sticky & mark) !== 0) reads.add(locationKey({ kind, address }))
    } else if ((sticky & STICKY_FETCHED) !== 0) reads.add(locationKey({ kind: 'storage', address, slot }))
  }
  return reads
}

function writesOf({ written, created }: AccessParts): ReadonlySet<LocationKey> {
  const writes = new Set(created.map((address) => locationKey({ kind: 'reset', address })))
  for (const { before, diff } of written) addWrites(writes, before, diff)
  return writes
}

/** In order of the first touch, as in every journal. */
function touchedOf(touches: Uint32Array, places: ReadonlyMap<Pointer, Place>): AccessSet['touched'] {
  const touched = new Map<Address, Set<Word>>()
  for (const record of touches) {
    const place = places.get(record)
    if (place === undefined) continue
    const slots = touched.get(place.address) ?? new Set()
    touched.set(place.address, slots)
    if (place.slot !== undefined) slots.add(place.slot)
  }
  return touched
}

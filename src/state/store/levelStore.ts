import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ClassicLevel, type Snapshot } from 'classic-level'
import { BaseError, type Bytes, messageOf, toHex } from '../../primitives/index.ts'
import { damagedStore } from './damage.ts'
import { crc32c } from './level/crc32c.ts'

import type { Store, StoreReader } from './store.ts'

/** How to open a store on disk. */
export type LevelStoreOptions = {
  /** Makes the store when there is none. Without it a missing store is an error, as for threads that join a node. */
  readonly create: boolean
  /** Waits for the disk at every write (S1). Without it a crash of the machine, not of the process, may lose writes. */
  readonly durable: boolean
}

type Database = ClassicLevel<Bytes, Bytes>

/**
 * A LevelDB in the folder `path`. Any number of threads of one process may open the same path; each closes its own, and
 * the one that opened it first closes it last (NS1 in node/nodeStore.ts).
 *
 * Each value is stored with a checksum of its key and itself, which every read checks: LevelDB's own protect a block on
 * the disk, are not looked at when it is read, and are made anew, over whatever it holds, when it is compacted.
 *
 * Throws `STORE_MISSING`, `STORE_FOREIGN` (the folder holds something else), `STORE_LOCKED` (another process has it),
 * `STORE_CORRUPT` and `STORE_FAILED` (the operating system refuses). None of them changes what is there.
 */
export async function openLevelStore(path: string, options: LevelStoreOptions): Promise<Store> {
  refuseMissingOrForeign(path, options.create)
  const database: Database = new ClassicLevel(path, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    createIfMissing: options.create,
    multithreading: true,
  })
  await guarded(path, () => database.open())
  // What a failed write has left at the end of the log would hide whatever is written after it from the next opening.
  let broken: unknown
  const write = async (work: () => Promise<void>): Promise<void> => {
    if (broken !== undefined) throw broken
    try {
      await guarded(path, work)
    } catch (error) {
      broken ??= error
      throw error
    }
  }
  return {
    ...readerOf(path, database, undefined),
    write: (batch) =>
      write(() => {
        // Half of what an array of operations costs, each of which the library copies.
        const chained = database.batch()
        for (const { key, value } of batch) {
          if (value === undefined) chained.del(key)
          else chained.put(key, sealed(key, value))
        }
        return chained.write({ sync: options.durable })
      }),
    snapshot: () => {
      const snapshot = database.snapshot()
      return { ...readerOf(path, database, snapshot), close: () => snapshot.close() }
    },
    close: () => database.close(),
  }
}

function readerOf(path: string, database: Database, snapshot: Snapshot | undefined): StoreReader {
  const options = snapshot === undefined ? {} : { snapshot }
  return {
    get: (key) => {
      try {
        const value = database.getSync(key, options)
        return value === undefined ? undefined : unsealed(path, key, value)
      } catch (cause) {
        throw storeError(path, cause)
      }
    },
    entries: async function* (from, to) {
      try {
        const range = database.iterator({ ...options, gte: from, lt: to })
        for await (const [key, value] of range) yield [plain(key), unsealed(path, key, value)] as const
      } catch (cause) {
        throw storeError(path, cause)
      }
    },
  }
}

/** LevelDB gives Buffers, whose `slice` and equality differ from those of the plain arrays that the house speaks. */
function plain(bytes: Bytes): Bytes {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** CRC-32C of key and value, behind the value. */
const SEAL_BYTES = 4

function sealed(key: Bytes, value: Bytes): Bytes {
  const stored = new Uint8Array(value.length + SEAL_BYTES)
  stored.set(value)
  new DataView(stored.buffer).setUint32(value.length, sealOf(key, value, value.length))
  return stored
}

/** The value of a record, not copied. Throws `STORE_CORRUPT` when it is not what was written under this key. */
function unsealed(path: string, key: Bytes, stored: Bytes): Bytes {
  const length = stored.length - SEAL_BYTES
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength)
  if (length < 0 || view.getUint32(length) !== sealOf(key, stored, length)) {
    throw damagedStore(path, `the checksum of record ${toHex(key)} does not hold`)
  }
  return new Uint8Array(stored.buffer, stored.byteOffset, length)
}

function sealOf(key: Bytes, value: Bytes, length: number): number {
  return crc32c(value, 0, length, crc32c(key))
}

async function guarded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw storeError(path, cause)
  }
}

/** What LevelDB may leave in a folder when it dies before its first store is whole. */
const UNBORN = /^(LOCK|LOG|LOG\.old|MANIFEST-\d+|\d+\.dbtmp)$/

function refuseMissingOrForeign(path: string, create: boolean): void {
  if (existsSync(join(path, 'CURRENT'))) return
  if (!create) {
    throw new BaseError('STORE_MISSING', `There is no store in ${path}.`, {
      advice: ['Check the path of the data directory.'],
    })
  }
  const others = existsSync(path) ? filesIn(path).filter((name) => !UNBORN.test(name)) : []
  if (others.length === 0) return
  throw new BaseError('STORE_FOREIGN', `The folder ${path} is not empty and is no store.`, {
    advice: ['Choose another data directory.', 'If it was a store, its file CURRENT is lost: restore it from a copy.'],
  })
}

function filesIn(path: string): readonly string[] {
  try {
    return readdirSync(path)
  } catch (cause) {
    throw storeError(path, cause)
  }
}

function storeError(path: string, thrown: unknown): BaseError {
  if (thrown instanceof BaseError) return thrown
  // The database wraps what went wrong while opening, and only then.
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const text = messageOf(cause)
  if (code === 'LEVEL_LOCKED') {
    return new BaseError('STORE_LOCKED', `Another process is using the store in ${path}.`, {
      advice: ['Stop the other node, or choose another data directory.'],
      cause,
    })
  }
  // A file that the store's own index names but that is gone, or too short for what must be in it, is damage too.
  if (code === 'LEVEL_CORRUPTION' || (code === 'LEVEL_IO_ERROR' && /No such file|Invalid argument/.test(text))) {
    return damagedStore(path, text, cause)
  }
  return new BaseError('STORE_FAILED', `The store in ${path} cannot be used: ${text}.`, {
    advice: ['Check that the folder can be read and written, and that the disk has room.'],
    cause,
  })
}

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ClassicLevel, type Snapshot } from 'classic-level'
import { BaseError, type Bytes, messageOf } from '../../primitives/index.ts'
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
 * A LevelDB in the folder `path`. Any number of threads of one process may open the same path; each closes its own.
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
  return {
    ...readerOf(path, database, undefined),
    write: (batch) =>
      guarded(path, () =>
        database.batch(
          batch.map(({ key, value }) => (value === undefined ? { type: 'del', key } : { type: 'put', key, value })),
          { sync: options.durable },
        ),
      ),
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
        return value === undefined ? undefined : plain(value)
      } catch (cause) {
        throw storeError(path, cause)
      }
    },
    entries: async function* (from, to) {
      try {
        const range = database.iterator({ ...options, gte: from, lt: to })
        for await (const [key, value] of range) yield [plain(key), plain(value)] as const
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
    return new BaseError('STORE_CORRUPT', `The store in ${path} is damaged: ${text}.`, {
      advice: ['Restore the data directory from a copy, or remove it to start from genesis.'],
      cause,
    })
  }
  return new BaseError('STORE_FAILED', `The store in ${path} cannot be used: ${text}.`, {
    advice: ['Check that the folder can be read and written, and that the disk has room.'],
    cause,
  })
}

import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { BaseError, type Bytes, equalBytes } from '../../primitives/index.ts'

/** The last eight bytes of every table. Source: LevelDB, doc/table_format.md. */
const TABLE_MAGIC = Uint8Array.of(0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb)

/**
 * Refuses a LevelDB folder in which a table was cut short, before LevelDB opens it: opening writes to the folder even when
 * the damage shows a moment later. Reads only. Throws `STORE_CORRUPT`. To be called while nobody has the store open, for
 * a table that is being written has no end yet.
 */
export function refuseCutTables(path: string): void {
  if (!existsSync(path)) return
  const cut = readdirSync(path).find(
    (name) => name.endsWith('.ldb') && !equalBytes(lastBytes(join(path, name)), TABLE_MAGIC),
  )
  if (cut === undefined) return
  throw new BaseError('STORE_CORRUPT', `The store in ${path} is damaged: ${cut} was cut short.`, {
    advice: ['Restore the data directory from a copy, or remove it to start from genesis.'],
  })
}

/** The last eight bytes of a file, or fewer of a shorter one. */
function lastBytes(file: string): Bytes {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = new Uint8Array(TABLE_MAGIC.length)
    const from = Math.max(0, fstatSync(descriptor).size - bytes.length)
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from))
  } finally {
    closeSync(descriptor)
  }
}

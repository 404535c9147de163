import type { Bytes } from '../../../primitives/index.ts'
import { FileDamage, LevelReader } from './bytes.ts'
import { logRecords } from './log.ts'

/** What a manifest says of the files that make up a database. Source: LevelDB, db/version_edit.cc. */
export type LiveFiles = {
  /** Length in bytes of each table, by its number. */
  readonly tables: ReadonlyMap<number, number>
  /** Logs of this number and later ones hold what no table has yet; 0 before the first table. */
  readonly logNumber: number
}

const TAGS = {
  comparator: 1,
  logNumber: 2,
  nextFileNumber: 3,
  lastSequence: 4,
  compactPointer: 5,
  deletedFile: 6,
  newFile: 7,
  previousLogNumber: 9,
} as const

/** Reads a manifest. Throws `FileDamage`. */
export function readManifest(file: Bytes): LiveFiles {
  const tables = new Map<number, number>()
  let logNumber = 0
  for (const record of logRecords(file)) {
    for (const reader = new LevelReader(record); !reader.isAtEnd; ) {
      const tag = reader.varint()
      if (tag === TAGS.logNumber) logNumber = reader.varint()
      else applyEdit(reader, tag, tables)
    }
  }
  return { tables, logNumber }
}

function applyEdit(reader: LevelReader, tag: number, tables: Map<number, number>): void {
  switch (tag) {
    case TAGS.comparator:
      reader.string()
      return
    case TAGS.nextFileNumber:
    case TAGS.lastSequence:
    case TAGS.previousLogNumber:
      reader.varint()
      return
    case TAGS.compactPointer:
      reader.varint()
      reader.string()
      return
    case TAGS.deletedFile:
      reader.varint()
      tables.delete(reader.varint())
      return
    case TAGS.newFile: {
      reader.varint()
      const number = reader.varint()
      tables.set(number, reader.varint())
      reader.string()
      reader.string()
      return
    }
    default:
      throw new FileDamage(`it holds an entry of unknown kind ${tag}`)
  }
}

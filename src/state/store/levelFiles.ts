import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BaseError, type Bytes } from '../../primitives/index.ts'
import { damagedStore } from './damage.ts'
import { FileDamage } from './level/bytes.ts'
import { logRecords } from './level/log.ts'
import { type LiveFiles, readManifest } from './level/manifest.ts'
import { checkTable } from './level/table.ts'

/**
 * Checks every checksum of the files that make up a LevelDB folder: those that its manifest names, and no others, for an
 * interrupted compaction leaves files that are nobody's. Reads only, about 1 GB/s from memory. LevelDB itself checks
 * almost none: a flipped bit in a table becomes a wrong or a missing record, one in a log takes the records after it
 * away. A folder without a file CURRENT passes: {@link openLevelStore} knows what to say of it.
 *
 * To be called while nobody has the store open. Throws `STORE_CORRUPT`, which names the file.
 */
export function checkLevelFiles(path: string): void {
  if (!existsSync(join(path, 'CURRENT'))) return
  const manifest = readCurrent(path)
  const live = inspect(path, manifest, readManifest)
  for (const [number, length] of live.tables) checkTableFile(path, number, length)
  for (const name of logsOf(path, live)) inspect(path, name, logRecords)
}

function readCurrent(path: string): string {
  const name = /^(MANIFEST-\d+)\n$/.exec(readFileSync(join(path, 'CURRENT'), 'utf8'))?.[1]
  if (name === undefined) throw damagedStore(path, 'CURRENT: it does not name a manifest')
  return name
}

function checkTableFile(path: string, number: number, length: number): void {
  const name = [`${fileNumber(number)}.ldb`, `${fileNumber(number)}.sst`].find((one) => existsSync(join(path, one)))
  if (name === undefined) throw damagedStore(path, `${fileNumber(number)}.ldb: it is missing`)
  inspect(path, name, (file) => {
    if (file.length < length) throw new FileDamage('it was cut short')
    if (file.length > length) throw new FileDamage('it is longer than the manifest says')
    checkTable(file)
  })
}

/** Logs whose records are in no table, in the order in which LevelDB replays them. */
function logsOf(path: string, { logNumber }: LiveFiles): readonly string[] {
  const first = `${fileNumber(logNumber)}.log`
  const names = readdirSync(path).filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= logNumber)
  // It is made before a manifest names it, and goes after one names the next.
  if (logNumber > 0 && !names.includes(first)) throw damagedStore(path, `${first}: it is missing`)
  return names.sort()
}

function fileNumber(number: number): string {
  return String(number).padStart(6, '0')
}

/** Reads a file of the store with `read`. */
function inspect<result>(path: string, name: string, read: (file: Bytes) => result): result {
  if (!existsSync(join(path, name))) throw damagedStore(path, `${name}: it is missing`)
  try {
    return read(readFileSync(join(path, name)))
  } catch (thrown) {
    if (thrown instanceof FileDamage) throw damagedStore(path, `${name}: ${thrown.message}`)
    throw new BaseError('STORE_FAILED', `The store in ${path} cannot be used: ${name} cannot be read.`, {
      advice: ['Check that the folder can be read and written.'],
      cause: thrown,
    })
  }
}

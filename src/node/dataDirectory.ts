import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { BaseError, messageOf, toHex } from '../primitives/index.ts'

/** Raised whenever the keys or records of the store change their meaning. */
const FORMAT = 3
const MARKER = 'evmpp.json'
const NEW: Marker = { format: FORMAT, state: 'creating' }
const CHOOSE_ANOTHER = 'Choose another directory with --datadir.'

/** What the marker file says: `creating` until the genesis block is stored, `syncing` while a state of others is fetched. */
type Marker = {
  readonly format: number
  readonly state: 'creating' | 'syncing' | 'ready'
  /** The chain's name among all that were ever made; absent where an older version made the directory. */
  readonly instanceId?: string
}

/** Where a node keeps its chain. */
export type DataDirectory = {
  readonly path: string
  /** The store's own folder. */
  readonly storePath: string
  /** True when there is no chain in it yet. */
  readonly isNew: boolean
  /** False for a directory that goes with the node: its writes need not survive a power cut. */
  readonly isDurable: boolean
  /** True when the store holds a part of a state and no chain. */
  readonly isPartial: boolean
  /** Says that the store holds a part of a state. */
  markSyncing(): void
  /** Says that the store holds a chain. */
  markReady(): void
  /** The name of the chain in it among all that were ever made, 32 random bytes in hex. */
  readonly instance: { id(): string; renew(): void }
  /** Looks every now and then whether the directory is there still; `onGone` hears once when it is not. Returns the end. */
  watch(onGone: () => void): () => void
  /** Removes the directory if it was made for one run only. */
  release(): void
}

/**
 * Opens or creates the directory at `path`. A directory that is not ours, of another format or damaged is refused with
 * `DATADIR_*` and not touched.
 */
export function openDataDirectory(path: string): DataDirectory {
  const directory = resolve(path)
  const marker = inspectDirectory(directory)
  if (marker === undefined) {
    attempt(directory, () => {
      makeDirectory(directory)
      writeMarker(directory, NEW)
    })
  }
  return describe(directory, marker ?? NEW, true, () => undefined)
}

/** Makes a directory and those above it. Node's own way to do that never returns where the system lets nobody make any, as in /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  mkdirSync(path)
}

/** Creates a directory for one run, removed by `release`. */
export function createEphemeralDirectory(): DataDirectory {
  const directory = mkdtempSync(join(tmpdir(), 'evmpp-'))
  writeMarker(directory, NEW)
  return describe(directory, NEW, false, () => rmSync(directory, { recursive: true, force: true }))
}

function describe(path: string, found: Marker, isDurable: boolean, release: () => void): DataDirectory {
  let marker: Marker = { ...found, instanceId: found.instanceId ?? randomName() }
  const write = (change: Partial<Marker>): void => {
    marker = { ...marker, ...change }
    writeMarker(path, marker)
  }
  // Kept from now on, so that it is the same after the next start.
  if (found.state === 'ready' && found.instanceId === undefined) write({})
  const { state } = found
  return {
    path,
    storePath: join(path, 'db'),
    isNew: state !== 'ready',
    isPartial: state === 'syncing',
    isDurable,
    markSyncing: () => write({ state: 'syncing' }),
    markReady: () => write({ state: 'ready' }),
    instance: { id: () => marker.instanceId ?? '', renew: () => write({ instanceId: randomName() }) },
    watch: (onGone) => watchMarker(join(path, MARKER), onGone),
    release,
  }
}

/** Somebody has deleted what the node runs on: writes go to files without a name, which are gone when it stops. */
export function goneError(path: string): BaseError {
  return new BaseError('DATADIR_GONE', `the data directory ${path} was deleted while the node ran`, {
    advice: ['Put it back from a copy, or start again: a node of a network fetches the chain from the others.'],
  })
}

const WATCH_MS = 2_000

function watchMarker(marker: string, onGone: () => void): () => void {
  const timer = setInterval(() => {
    if (existsSync(marker)) return
    clearInterval(timer)
    onGone()
  }, WATCH_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** The marker of an existing directory, or undefined when there is nothing yet. Reads only. */
function inspectDirectory(directory: string): Marker | undefined {
  return attempt(directory, () => {
    if (!existsSync(directory)) return undefined
    if (!statSync(directory).isDirectory()) {
      throw new BaseError('DATADIR_FOREIGN', `${directory} is a file, not a directory`, { advice: [CHOOSE_ANOTHER] })
    }
    const names = readdirSync(directory)
    if (names.length === 0) return undefined
    if (!names.includes(MARKER)) {
      throw new BaseError('DATADIR_FOREIGN', `${directory} holds files that are not evmpp's`, {
        advice: [CHOOSE_ANOTHER],
      })
    }
    const marker = readMarker(directory)
    if (marker.state === 'ready' && !names.includes('db')) {
      throw damaged(directory, 'its database is missing')
    }
    return marker
  })
}

function readMarker(directory: string): Marker {
  const marker = parseMarker(readFileSync(join(directory, MARKER), 'utf8'))
  if (marker === undefined) throw damaged(directory, `${MARKER} cannot be read`)
  if (marker.format !== FORMAT) {
    throw new BaseError(
      'DATADIR_FORMAT',
      `${directory} has data format ${marker.format} and this evmpp reads format ${FORMAT}`,
      { advice: ['Use the version that made it.', CHOOSE_ANOTHER] },
    )
  }
  return marker
}

function parseMarker(text: string): Marker | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('format' in value) || !('state' in value)) return undefined
    const { format, state } = value
    if (typeof format !== 'number' || (state !== 'creating' && state !== 'syncing' && state !== 'ready'))
      return undefined
    const instanceId = 'instanceId' in value && typeof value.instanceId === 'string' ? value.instanceId : undefined
    return { format, state, ...(instanceId !== undefined && { instanceId }) }
  } catch {
    return undefined
  }
}

function damaged(directory: string, how: string): BaseError {
  return new BaseError('DATADIR_DAMAGED', `${directory} is damaged: ${how}`, {
    advice: ['Restore it from a copy.', CHOOSE_ANOTHER],
  })
}

/** Written beside and renamed, so that a crash leaves the old marker or the new one. */
function writeMarker(directory: string, marker: Marker): void {
  const temporary = join(directory, `${MARKER}.new`)
  writeFileSync(temporary, `${JSON.stringify(marker)}\n`)
  renameSync(temporary, join(directory, MARKER))
}

function randomName(): string {
  return toHex(randomBytes(32))
}

function attempt<result>(directory: string, work: () => result): result {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof BaseError) throw cause
    throw new BaseError('DATADIR_UNUSABLE', `${directory} cannot be used as data directory: ${messageOf(cause)}`, {
      advice: ['Check its permissions.', CHOOSE_ANOTHER],
      cause,
    })
  }
}

import type { Disk, DiskFile } from '../../../src/node/validator/safety/disk.ts'
import type { Random } from '../../fuzz/random.ts'

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512

/** Sectors that hold something, by position. */
type Content = { length: number; readonly sectors: Map<number, Uint8Array> }

type Stored = { durable: Content; readonly current: Content }

/** What a process dies of on a {@link CrashDisk}. */
export class PowerCut extends Error {}

/**
 * A disk that loses power after some number of operations: of what was not synced any sector may be old or new, in any order; a
 * file whose name was not synced may be gone, or back.
 */
export class CrashDisk implements Disk {
  readonly #random: Random
  readonly #files = new Map<string, Stored>()
  #durableNames = new Set<string>()
  /** The power goes at this operation. */
  operationsLeft = Number.POSITIVE_INFINITY
  operations = 0
  /** False for a disk that says "synced" and is not. */
  isHonest = true

  constructor(random: Random) {
    this.#random = random
  }

  async names(): Promise<readonly string[]> {
    return [...this.#files.keys()]
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const content = this.#files.get(name)?.current
    if (content === undefined) return undefined
    const bytes = new Uint8Array(Math.ceil(content.length / SECTOR_BYTES) * SECTOR_BYTES)
    for (const [at, sector] of content.sectors) bytes.set(sector, at * SECTOR_BYTES)
    return bytes.subarray(0, content.length)
  }

  async remove(name: string): Promise<void> {
    this.#operate()
    this.#files.delete(name)
  }

  async syncNames(): Promise<void> {
    this.#operate()
    if (this.isHonest) this.#durableNames = new Set(this.#files.keys())
  }

  async open(name: string): Promise<DiskFile> {
    const stored = this.#files.get(name) ?? { durable: copyOf(), current: copyOf() }
    this.#files.set(name, stored)
    return {
      writeAt: async (bytes, offset) => {
        write(stored.current, bytes, offset)
        this.#operate()
      },
      sync: async () => {
        this.#operate()
        if (this.isHonest) stored.durable = copyOf(stored.current)
      },
      close: async () => undefined,
    }
  }

  /** Power is back: what is there now is all there is. */
  restart(): void {
    this.operationsLeft = Number.POSITIVE_INFINITY
    for (const [name, { durable, current }] of [...this.#files]) {
      this.#files.delete(name)
      if (!this.#durableNames.has(name) && this.#random.oneIn(2)) continue
      const survivor = this.#survivor(durable, current)
      this.#files.set(name, { durable: survivor, current: copyOf(survivor) })
    }
    this.#durableNames = new Set(this.#files.keys())
  }

  #survivor(durable: Content, current: Content): Content {
    const survivor = copyOf(durable)
    if (this.#random.oneIn(2)) survivor.length = current.length
    const count = Math.ceil(survivor.length / SECTOR_BYTES)
    for (const [at, sector] of current.sectors) {
      if (at < count && this.#random.oneIn(2)) survivor.sectors.set(at, sector)
    }
    return survivor
  }

  #operate(): void {
    this.operations += 1
    this.operationsLeft -= 1
    if (this.operationsLeft < 0) throw new PowerCut('the power is gone')
  }
}

function copyOf(content: Content = { length: 0, sectors: new Map() }): Content {
  return { length: content.length, sectors: new Map(content.sectors) }
}

/** Sectors are replaced, never changed: copies share them. */
function write(content: Content, bytes: Uint8Array, offset: number): void {
  content.length = Math.max(content.length, offset + bytes.length)
  for (let at = Math.floor(offset / SECTOR_BYTES); at * SECTOR_BYTES < offset + bytes.length; at += 1) {
    const sector = content.sectors.get(at)?.slice() ?? new Uint8Array(SECTOR_BYTES)
    const from = Math.max(0, at * SECTOR_BYTES - offset)
    sector.set(bytes.subarray(from, (at + 1) * SECTOR_BYTES - offset), Math.max(0, offset - at * SECTOR_BYTES))
    content.sectors.set(at, sector)
  }
}

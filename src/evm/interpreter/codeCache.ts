import type { Core, Pointer } from '../../core/index.ts'
import type { Bytes, Hash } from '../../primitives/index.ts'
import { keccakHash } from '../../primitives/index.ts'

/** Zero bytes after a code in memory: STOP, and room for the longest immediate to be cut off. */
const CODE_PADDING_BYTES = 33

/** A code in the core's memory: its bytes, zeros, then one bit per byte that says where jumps may land. */
export type PlacedCode = {
  readonly pointer: Pointer
  readonly length: number
  readonly jumpMap: Pointer
}

/** A code that others may run, too. */
export type StoredCode = PlacedCode & { readonly hash: Hash }

/** Codes in the core's memory, by their hash. What a frame runs on stays where it is until `trim`. */
export type CodeCache = {
  /** Stored code: placed and analysed when it is first seen. Equal objects cost no hash. */
  place(code: Bytes): StoredCode
  /** Code that is run once, such as init code: to be given back with `remove`. */
  placeOnce(code: Bytes): PlacedCode
  remove(placed: PlacedCode): void
  /** Throws everything out when it is more than fits. To be called when no frame runs. */
  trim(): void
}

/** An empty cache of at most `maxBytes` between transactions. */
export function createCodeCache(core: Core, maxBytes: number): CodeCache {
  let byHash = new Map<Hash, StoredCode>()
  // By object, too: stored code mostly keeps its identity, and 24 KiB take 50 us to hash.
  let byIdentity = new WeakMap<Bytes, StoredCode>()
  let usedBytes = 0

  const insert = (code: Bytes): StoredCode => {
    const hash = keccakHash(code)
    const known = byHash.get(hash)
    if (known !== undefined) return known
    const placed = { ...placeCode(core, code), hash }
    byHash.set(hash, placed)
    usedBytes += blockBytes(placed.length)
    return placed
  }

  return {
    place(code) {
      let placed = byIdentity.get(code)
      if (placed === undefined) {
        placed = insert(code)
        byIdentity.set(code, placed)
      }
      return placed
    },
    placeOnce: (code) => placeCode(core, code),
    remove: ({ pointer, length }) => core.exports.release(pointer, blockBytes(length)),
    trim() {
      if (usedBytes <= maxBytes) return
      for (const { pointer, length } of byHash.values()) core.exports.release(pointer, blockBytes(length))
      byHash = new Map()
      byIdentity = new WeakMap()
      usedBytes = 0
    },
  }
}

function blockBytes(length: number): number {
  return length + CODE_PADDING_BYTES + ((length + 7) >>> 3)
}

function placeCode({ exports, memory }: Core, code: Bytes): PlacedCode {
  const { length } = code
  const pointer = exports.allocate(blockBytes(length))
  const jumpMap = pointer + length + CODE_PADDING_BYTES
  memory.buffer.set(code, pointer)
  memory.buffer.fill(0, pointer + length, jumpMap)
  exports.mapJumps(pointer, length, jumpMap)
  return { pointer, length, jumpMap }
}

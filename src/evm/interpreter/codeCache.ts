import type { Core, Pointer } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import type { Bytes, Hash } from '../../primitives/index.ts'
import { keccakHash } from '../../primitives/index.ts'
import type { PlacedCode, StoredCode } from './placedCode.ts'
import type { Tier } from './tier.ts'

/** Zero bytes after a code in memory: STOP, and room for the longest immediate to be cut off. */
const CODE_PADDING_BYTES = 33

/** Codes in the core's memory, by their hash. What a frame runs on stays where it is until `trim`. */
export type CodeCache = {
  /** Stored code: placed and analysed when it is first seen. Equal objects cost no hash. */
  place(code: Bytes): StoredCode
  /** The stored code whose record is at `program`. */
  at(program: Pointer): StoredCode | undefined
  /** All stored codes. */
  all(): Iterable<StoredCode>
  /** Code that is run once, such as init code: to be given back with `remove`. */
  placeOnce(code: Bytes): PlacedCode
  remove(placed: PlacedCode): void
  /** Throws everything out when it is more than fits. To be called when no frame runs. */
  trim(): void
}

/** An empty cache of at most `maxBytes` between transactions; `tier` is told of each code that comes and goes. */
export function createCodeCache(core: Core, maxBytes: number, tier: Pick<Tier, 'place' | 'remove'>): CodeCache {
  const byHash = new Map<Hash, StoredCode>()
  const byProgram = new Map<Pointer, StoredCode>()
  // By object, too: stored code mostly keeps its identity, and 24 KiB take 50 us to hash.
  let byIdentity = new WeakMap<Bytes, StoredCode>()
  let usedBytes = 0

  const insert = (code: Bytes): StoredCode => {
    const hash = keccakHash(code)
    const known = byHash.get(hash)
    if (known !== undefined) return known
    const stored = { ...placeProgram(core, code), hash }
    byHash.set(hash, stored)
    byProgram.set(stored.program, stored)
    usedBytes += programBytes(stored.length)
    tier.place(stored)
    return stored
  }

  return {
    place(code) {
      let stored = byIdentity.get(code)
      if (stored === undefined) {
        stored = insert(code)
        byIdentity.set(code, stored)
      }
      return stored
    },
    at: (program) => byProgram.get(program),
    all: () => byHash.values(),
    placeOnce: (code) => placeCode(core, code, core.exports.allocate(blockBytes(code.length))),
    remove: ({ pointer, length }) => core.exports.release(pointer, blockBytes(length)),
    trim() {
      if (usedBytes <= maxBytes) return
      for (const code of byHash.values()) {
        tier.remove(code)
        core.exports.release(code.program, programBytes(code.length))
      }
      byHash.clear()
      byProgram.clear()
      byIdentity = new WeakMap()
      usedBytes = 0
    },
  }
}

function blockBytes(length: number): number {
  return length + CODE_PADDING_BYTES + ((length + 7) >>> 3)
}

function programBytes(length: number): number {
  return layout.PROGRAM_BYTES + blockBytes(length)
}

function placeCode({ exports, memory }: Core, code: Bytes, pointer: Pointer): PlacedCode {
  const { length } = code
  const jumpMap = pointer + length + CODE_PADDING_BYTES
  memory.buffer.set(code, pointer)
  memory.buffer.fill(0, pointer + length, jumpMap)
  exports.mapJumps(pointer, length, jumpMap)
  return { pointer, length, jumpMap }
}

function placeProgram(core: Core, code: Bytes): PlacedCode & { readonly program: Pointer } {
  const program = core.exports.allocate(programBytes(code.length))
  const placed = placeCode(core, code, program + layout.PROGRAM_BYTES)
  const { view } = core.memory
  view.setUint32(program + layout.PROGRAM_CODE, placed.pointer, true)
  view.setUint32(program + layout.PROGRAM_CODE_LENGTH, placed.length, true)
  view.setUint32(program + layout.PROGRAM_JUMP_MAP, placed.jumpMap, true)
  view.setUint32(program + layout.PROGRAM_FUNCTION, 0, true)
  return { ...placed, program }
}

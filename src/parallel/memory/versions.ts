import type { Arena, Pointer } from './arena.ts'
import {
  EFFECT_MARKS,
  ESTIMATE,
  RECORD_VERSIONS,
  VERSION_EFFECT,
  VERSION_NEXT,
  VERSION_TRANSACTION,
  VERSION_WORDS,
} from './records.ts'

/**
 * A location's versions are a list, the highest transaction first. A version is entered once, by compare-and-swap, and never
 * taken out; what changes is its effect. So a reader needs no lock, and nothing it holds is ever used for something else.
 */

/** The version that `transaction` has of the location; makes it. */
export function versionOf(arena: Arena, record: Pointer, transaction: number): Pointer {
  let link = record + RECORD_VERSIONS
  let made = 0
  while (true) {
    const version = arena.load(link)
    const owner = version === 0 ? -1 : arena.get(version + VERSION_TRANSACTION)
    if (owner === transaction) return version
    if (owner > transaction) {
      link = version + VERSION_NEXT
      continue
    }
    if (made === 0) {
      made = arena.takeZeroed(VERSION_WORDS)
      arena.set(made + VERSION_TRANSACTION, transaction)
    }
    arena.store(made + VERSION_NEXT, version)
    if (arena.replace(link, version, made)) return made
  }
}

/** The newest version of a transaction below `bound`; 0 when there is none. O(versions of higher transactions). */
export function newestBelow(arena: Arena, record: Pointer, bound: number): Pointer {
  let version = arena.load(record + RECORD_VERSIONS)
  while (version !== 0 && arena.get(version + VERSION_TRANSACTION) >= bound) version = nextOf(arena, version)
  return version
}

/** The version of the next lower transaction; 0 when there is none. */
export function nextOf(arena: Arena, version: Pointer): Pointer {
  return arena.load(version + VERSION_NEXT)
}

/** The effect of a version and whether it is an estimate; `effect` is 0 when its transaction does not write here any more. */
export function effectOf(arena: Arena, version: Pointer): { readonly effect: Pointer; readonly isEstimate: boolean } {
  const tagged = arena.load(version + VERSION_EFFECT)
  return { effect: tagged & ~ESTIMATE, isEstimate: (tagged & ESTIMATE) !== 0 }
}

/** The `MARK_`s of an effect on an account. */
export function marksOf(arena: Arena, effect: Pointer): number {
  return arena.get(effect + EFFECT_MARKS)
}

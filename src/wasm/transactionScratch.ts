import type { Address } from '../primitives/index.ts'
import type { Host } from '../vm/index.ts'
import type { MemoryUse } from './memoryModel.ts'
import { NO_MEMORY } from './memoryModel.ts'

/** What all contract frames of one transaction share, besides the journal. */
export type TransactionScratch = {
  memory: MemoryUse
  /** Words of stack held by frames that wait for a child. */
  stackWords: number
  /** Open frames that act for an address in its own name (delegate calls do not). */
  readonly openFrames: Map<Address, number>
}

/** The scratch of a transaction that has run nothing yet. */
export function newScratch(): TransactionScratch {
  return { memory: NO_MEMORY, stackWords: 0, openFrames: new Map() }
}

/** Finds what `create` made for a transaction by the identity of its host. */
export function perTransaction<kept extends object>(create: () => kept): (host: Host) => kept {
  const known = new WeakMap<Host, kept>()
  return (host) => {
    const found = known.get(host)
    if (found !== undefined) return found
    const created = create()
    known.set(host, created)
    return created
  }
}

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

/** Finds a transaction's scratch by the identity of its host. */
export function createScratchPad(): (host: Host) => TransactionScratch {
  const pads = new WeakMap<Host, TransactionScratch>()
  return (host) => {
    const known = pads.get(host)
    if (known !== undefined) return known
    const fresh = { memory: NO_MEMORY, stackWords: 0, openFrames: new Map() }
    pads.set(host, fresh)
    return fresh
  }
}

import { createHeap } from './heap.ts'
import type { PoolEntry, Standing } from './senderQueue.ts'

/** The entries of one standing, cheapest first: who goes when the pool is full. */
export interface EvictionOrder {
  /** An entry took this standing. */
  add(entry: PoolEntry): void
  /** Takes the cheapest entry out of the order; `add` puts it back. Amortised O(log size). */
  take(): PoolEntry | undefined
}

/** True when `a` pays less than `b`: the fee cap says whether it ever gets in, the tip how much it is worth then. */
export function isCheaper(a: PoolEntry, b: PoolEntry): boolean {
  const [x, y] = [a.transaction, b.transaction]
  if (x.maxFeePerGasWei !== y.maxFeePerGasWei) return x.maxFeePerGasWei < y.maxFeePerGasWei
  return x.maxPriorityFeePerGasWei < y.maxPriorityFeePerGasWei
}

/** Among equals the latest arrival goes first. */
function goesBefore(a: PoolEntry, b: PoolEntry): boolean {
  if (isCheaper(a, b)) return true
  return !isCheaper(b, a) && a.arrival > b.arrival
}

/**
 * Creates an empty order for one standing. Entries that moved on are passed over when they come up; `entries` (the whole
 * pool) lets it begin anew when those outnumber the rest, so that its memory stays in proportion to the pool.
 */
export function createEvictionOrder(standing: Standing, entries: () => Iterable<PoolEntry>): EvictionOrder {
  let members = new Set<PoolEntry>()
  let heap = createHeap<PoolEntry>(goesBefore)
  let sizeAtRebuild = 0

  function rebuild(): void {
    members = new Set()
    for (const entry of entries()) if (entry.standing === standing) members.add(entry)
    heap = createHeap(goesBefore, members)
    sizeAtRebuild = heap.size
  }

  return {
    add(entry) {
      if (members.has(entry)) return
      members.add(entry)
      heap.push(entry)
      if (heap.size > 2 * sizeAtRebuild + 1024) rebuild()
    },
    take() {
      for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
        members.delete(entry)
        if (entry.standing === standing) return entry
      }
      return undefined
    },
  }
}

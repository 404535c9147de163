import type { ContractInstance } from './instance.ts'
import { instantiate } from './instance.ts'
import type { PreparedModule } from './prepare.ts'

/** Instances that wait. Each holds up to {@link MAX_POOLED_PAGES} of memory, and 10 GB of addresses in V8. */
const MAX_POOLED = 64
/** Instances of one module that wait: more than one only where contracts call themselves. */
const MAX_POOLED_OF_MODULE = 4
/** What a memory may have to be kept: to make it zero again takes 1.5 us a page, a new instance 30. */
const MAX_POOLED_PAGES = 8

/**
 * Instances whose frame has ended, to be used again: making one takes 30 us and leaves the collector as much to do, making one
 * as new 2. Nothing but time depends on whether one is found: `begin` puts all in its first state that code can change.
 */
export type InstancePool = {
  /** An instance that no frame uses. */
  take(prepared: PreparedModule): ContractInstance
  /** Its frame has ended by itself: an instance whose frame trapped is not given back. */
  giveBack(prepared: PreparedModule, instance: ContractInstance): void
}

/** One per thread. */
export function createInstancePool(): InstancePool {
  /** The module that was used longest ago comes first. */
  const waiting = new Map<PreparedModule, ContractInstance[]>()
  let count = 0
  return {
    take: (prepared) => {
      const instance = waiting.get(prepared)?.pop()
      if (instance === undefined) return instantiate(prepared)
      count -= 1
      return instance
    },
    giveBack: (prepared, instance) => {
      // A memory that grew cannot shrink.
      if (instance.memory.pages !== prepared.size.initialPages || instance.memory.pages > MAX_POOLED_PAGES) return
      const instances = waiting.get(prepared) ?? []
      if (instances.length >= MAX_POOLED_OF_MODULE) return
      waiting.delete(prepared)
      waiting.set(prepared, instances)
      instances.push(instance)
      count += 1
      if (count > MAX_POOLED) count -= forgetOldest(waiting)
    },
  }
}

/** Returns how many instances are dropped. */
function forgetOldest(waiting: Map<PreparedModule, ContractInstance[]>): number {
  for (const [prepared, instances] of waiting) {
    waiting.delete(prepared)
    if (instances.length > 0) return instances.length
  }
  return 0
}

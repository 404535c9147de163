import type { Core } from '../../core/index.ts'
import type { Enter } from './webAssembly.ts'

/** Entries of a core's function table: how its driver calls compiled code. */
export type FunctionSlots = {
  /** Puts a function into a free entry; returns its index, which is not 0. */
  take(enter: Enter): number
  /** Nothing calls the entry any more. */
  release(index: number): void
}

/** How many entries the table grows by. */
const GROWTH = 64

/** All entries beyond those that the core itself has. */
export function createFunctionSlots({ exports: { table } }: Core): FunctionSlots {
  const free: number[] = []
  return {
    take(enter) {
      if (free.length === 0) {
        // Entry 0 stands for no function.
        const first = Math.max(1, table.grow(GROWTH))
        for (let index = table.length - 1; index >= first; index--) free.push(index)
      }
      const index = free.pop() ?? 0
      table.set(index, enter)
      return index
    },
    release(index) {
      table.set(index, null)
      free.push(index)
    },
  }
}

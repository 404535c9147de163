import type { Help } from '../block/help.ts'
import type { Arena } from '../memory/arena.ts'
import type { LoadBase } from '../memory/versionedState.ts'

/** Why a team did not finish a block: its result must be found without it. */
export type TeamFailure = { readonly reason: string }

/**
 * The workers of an executor. Virtual ones take turns in one thread under a seed; real ones are threads. Either way they
 * share nothing but the memory.
 */
export interface Team {
  /** At least 1. */
  readonly size: number
  /** Shared by the workers and whoever gives them blocks; undefined while there are no workers. */
  memory(): SharedArrayBuffer | undefined
  /**
   * Works on the block, or the batch, that stands in `arena` until nobody can go on. Meanwhile asks for parts of the state before
   * the block, and calls `help` while nobody else asks for anything.
   * Afterwards no worker touches the memory. Returns why, when that could not be made sure of: then the memory is lost.
   */
  run(arena: Arena, loadBase: LoadBase, help: Help): TeamFailure | undefined
}

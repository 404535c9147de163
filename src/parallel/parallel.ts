import { assert } from '../primitives/index.ts'
import { isIsolated } from '../router/index.ts'
import { createOverlay, type StateView } from '../state/index.ts'
import { foretell } from './accessList/foretell.ts'
import { baseStateOf } from './block/baseState.ts'
import { BlockHelper } from './block/help.ts'
import { fitsMemory, layOut } from './block/layOut.ts'
import { countLocations, enterUnstored, isWorthEntering } from './block/unstored.ts'
import { ByteWriter } from './codec/byteWriter.ts'
import type { BlockExecutor, BlockInput } from './executor.ts'
import { Arena, MemoryFull } from './memory/arena.ts'
import { bugIn } from './memory/bug.ts'
import { IS_STORED, STOP_BUG, STOP_FAILURE, STOP_MEMORY, STOPPED } from './memory/control.ts'
import { Locations } from './memory/locations.ts'
import { VersionedState } from './memory/versionedState.ts'
import { closeBlock, executeRest, type OpenBlock, openBlock } from './openBlock.ts'
import { type TransactionRun, transactionRunAt } from './run/teamRun.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import { createSequentialExecutor, type ExecutorParts, environmentOf } from './sequential.ts'
import type { Team } from './team/team.ts'

/** Blocks that are smaller are executed in order at once: what the workers would win they would lose in getting up. */
export type ParallelThreshold = { readonly transactions: number; readonly gas: bigint }

/** Where two workers begin to pay. */
export const DEFAULT_THRESHOLD: ParallelThreshold = { transactions: 16, gas: 2_000_000n }

/** No block is too small. */
export const EVERY_BLOCK: ParallelThreshold = { transactions: 1, gas: 0n }

/** What a parallel executor is made of: machines of its own, for what it does itself, and a team. */
export type ParallelParts = ExecutorParts & {
  readonly team: Team
  readonly threshold?: ParallelThreshold
  /** Told when a block had to be executed without the team: the result is the same. */
  readonly onFailure?: (reason: string) => void
}

/**
 * Executes a block's transactions on a team of workers at the same time, each on what the ones below it left so far, and makes
 * them final in order: what one was told is compared with what the final ones left, and if it is not the same it is executed
 * again. So the result is the sequential one's, whatever the workers do and when (X1).
 */
export function createParallelExecutor(parts: ParallelParts): BlockExecutor {
  const { machinesOf, createJournal, team, threshold = DEFAULT_THRESHOLD, onFailure = () => undefined } = parts
  const journal = createJournal()
  const sequential = createSequentialExecutor({ machinesOf, createJournal: () => journal })
  const out = new ByteWriter()
  return {
    execute(input, view) {
      const memory = isSmall(input, threshold) || !fitsMemory(input) ? undefined : team.memory()
      if (memory === undefined) return sequential.execute(input, view)
      const startMs = performance.now()
      const block = openBlock(environmentOf(input, machinesOf, journal), input, view)
      const transactions = runOnTeam(block, team, new Arena(memory), out, view.sinceStored)
      if ('reason' in transactions) {
        onFailure(transactions.reason)
        const result = sequential.execute(input, view)
        // An engine's failed assertion fails in order, too, and is isolated there. Any other is this executor's own.
        assert(!transactions.isBug || result.outcomes.some(isIsolated), transactions.reason)
        return result
      }
      executeRest(block)
      const result = closeBlock(block)
      return { ...result, run: { workers: team.size, elapsedMs: performance.now() - startMs, transactions } }
    },
  }
}

function isSmall({ transactions }: BlockInput, threshold: ParallelThreshold): boolean {
  if (transactions.length < threshold.transactions) return true
  let gas = 0n
  for (const { gasLimit } of transactions) gas += gasLimit
  return gas < threshold.gas
}

/** Why the team gave up a block, which must be executed in order instead; `isBug` after a failed assertion. */
type GivenUp = { readonly reason: string; readonly isBug: boolean }

const GIVEN_UP: ReadonlyMap<number, string> = new Map([
  [STOP_FAILURE, 'a worker met what it could not judge'],
  [STOP_MEMORY, 'the block does not fit into the shared memory'],
])

/** Adds the transactions that the team made final, and says how it made them; or says why there are none. */
function runOnTeam(
  block: OpenBlock,
  team: Team,
  arena: Arena,
  out: ByteWriter,
  sinceStored: StateView['sinceStored'],
): readonly TransactionRun[] | GivenUp {
  try {
    const beginning = block.overlay.diff()
    const isStored = sinceStored !== undefined && isWorthEntering(sinceStored, block.input.transactions.length)
    const unstored = isStored ? [...sinceStored, beginning] : [beginning]
    layOut(arena, block.input, block.room, countLocations(unstored), out)
    const locations = new Locations(arena)
    // The block's own overlay goes on with the transactions that are final.
    const base = createOverlay(block.base)
    base.apply(beginning)
    const loadBase = baseStateOf(arena, locations, base, block.input.blockHash)
    arena.store(IS_STORED, Number(isStored))
    enterUnstored(arena, locations, loadBase, unstored)
    const state = new VersionedState(arena, locations, loadBase, block.input.rules.clearsEmptyAccounts)
    const { foretold } = block.input
    const scheduler = new Scheduler(arena)
    if (foretold !== undefined) foretell(state, scheduler, foretold)
    const helper = new BlockHelper(block, state, scheduler, isStored, out)
    const failure = team.run(
      arena,
      (record, what) => void orStop(scheduler, () => loadBase(record, what)),
      () => orStop(scheduler, helper.help) ?? false,
    )
    if (failure !== undefined) return { reason: failure.reason, isBug: false }
    const stopped = arena.load(STOPPED)
    if (stopped === STOP_BUG) return { reason: bugIn(arena), isBug: true }
    const reason = GIVEN_UP.get(stopped)
    if (reason !== undefined) return { reason, isBug: false }
    helper.finish()
    return block.outcomes.map((_, index) => transactionRunAt(scheduler, index))
  } catch (thrown) {
    if (thrown instanceof MemoryFull) return { reason: thrown.message, isBug: false }
    throw thrown
  }
}

/** While the team works nothing may be thrown over its head: when the memory is full all leave the block. */
function orStop<value>(scheduler: Scheduler, act: () => value): value | undefined {
  try {
    return act()
  } catch (thrown) {
    if (!(thrown instanceof MemoryFull)) throw thrown
    scheduler.stop(STOP_MEMORY)
    return undefined
  }
}

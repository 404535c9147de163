import { InvariantError, messageOf } from '../../primitives/index.ts'
import type { TransactionOutcome } from '../../router/index.ts'
import { executeTransaction } from '../../router/index.ts'
import type { Journal } from '../../state/index.ts'
import { type OutcomeBody, writeOutcome } from '../codec/outcome.ts'
import { type Arena, MemoryFull, type Pointer } from '../memory/arena.ts'
import {
  RESULT_BYTES,
  RESULT_GAS_USED,
  RESULT_KIND,
  RESULT_LENGTH,
  RESULT_WAS_FINAL,
  RESULTS_BROKEN,
  RESULTS_EXECUTED,
  RESULTS_REJECTED,
  RESULTS_THROWN,
  TRANSACTION_INPUT,
} from '../memory/records.ts'
import { Blocked } from '../memory/versionedState.ts'
import { type Bench, transactionAt } from './bench.ts'
import { type Footprint, type Uses, writeFootprint } from './footprint.ts'
import { SpeculativeView } from './speculativeView.ts'
import { steps } from './steps.ts'

/** An execution that went to its end, in the shared memory but not visible yet; or the lower transaction that it must wait for. */
export type Execution = (Footprint & { readonly kind: 'ended'; readonly result: Pointer }) | Waiting
type Waiting = { readonly kind: 'blocked'; readonly by: number }

/** Executes a transaction on the state as the ones below left it so far. Throws {@link MemoryFull} and nothing else. */
export function execute(bench: Bench, index: number): Execution {
  const { arena, scheduler, state, codes, pause, environment } = bench
  if (!steps.hasRoom(arena, arena.get(scheduler.at(index) + TRANSACTION_INPUT))) return noRoom(bench)
  const transaction = transactionAt(bench, index)
  const isFinal = scheduler.committed === index
  const assumption = isFinal ? undefined : transaction
  const view = new SpeculativeView(state, codes, index, assumption, pause)
  try {
    const outcome = executeTransaction(environment, view, transaction, 'consensus')
    const diff = outcome.kind === 'executed' ? outcome.diff : []
    const footprint = writeFootprint(state, view, diff, usesOf(environment.journal))
    return { kind: 'ended', ...footprint, result: writeResult(bench, outcome, isFinal) }
  } catch (thrown) {
    if (thrown instanceof Blocked) return { kind: 'blocked', by: thrown.by }
    if (thrown instanceof MemoryFull) throw thrown
    return { kind: 'ended', reads: 0, writes: 0, result: thrownResult(bench.arena, thrown, isFinal) }
  }
}

/**
 * The block's room only shrinks, so what does not fit now will not fit when its turn comes, and the commit rejects it
 * without an execution. Should the room have been read while it was written, the commit has it executed after all.
 */
function noRoom({ arena }: Bench): Execution {
  const result = thrownResult(arena, new Error('no room'), false)
  return { kind: 'ended', reads: 0, writes: 0, result }
}

function usesOf(journal: Journal): Uses {
  return {
    useOf: (address) => steps.useOf(journal, address),
    additionOf: journal.hasAdditions ? (address, slot) => steps.additionOf(journal, address, slot) : undefined,
  }
}

function writeResult({ arena, out }: Bench, outcome: TransactionOutcome, isFinal: boolean): Pointer {
  const gasUsed = outcome.kind === 'executed' ? outcome.gasUsed : 0n
  const kind = outcome.kind === 'executed' ? RESULTS_EXECUTED : RESULTS_REJECTED
  writeOutcome(out, outcome)
  return enterResult(arena, { kind, gasUsed, isFinal, bytes: out.take() })
}

/** On a state that never was even a bug may be none: whether it is, the commit finds out. */
function thrownResult(arena: Arena, thrown: unknown, isFinal: boolean): Pointer {
  const kind = thrown instanceof InvariantError ? RESULTS_BROKEN : RESULTS_THROWN
  return enterResult(arena, { kind, gasUsed: 0n, isFinal, bytes: Buffer.from(messageOf(thrown), 'utf8') })
}

type Result = {
  readonly kind: number
  readonly gasUsed: bigint
  readonly isFinal: boolean
  readonly bytes: Uint8Array
}

function enterResult(arena: Arena, { kind, gasUsed, isFinal, bytes }: Result): Pointer {
  const result = arena.take(RESULT_BYTES + ((bytes.length + 3) >> 2))
  arena.set(result + RESULT_KIND, kind)
  arena.set(result + RESULT_LENGTH, bytes.length)
  arena.setLimb(result + RESULT_GAS_USED, gasUsed)
  arena.set(result + RESULT_WAS_FINAL, Number(isFinal))
  arena.bytes.set(bytes, (result + RESULT_BYTES) * 4)
  return result
}

/** The result of a transaction for which the block has no room. */
export function rejectedResult({ arena, out }: Bench, rejection: Extract<OutcomeBody, { kind: 'rejected' }>): Pointer {
  writeOutcome(out, rejection)
  return enterResult(arena, { kind: RESULTS_REJECTED, gasUsed: 0n, isFinal: true, bytes: out.take() })
}

import { assert } from '../../primitives/index.ts'
import { checkRoom } from '../blockRoom.ts'
import type { Arena, Pointer } from '../memory/arena.ts'
import { reportBug } from '../memory/bug.ts'
import { BLOBS_LEFT, GAS_LEFT, STOP_FAILURE } from '../memory/control.ts'
import {
  RESULT_BYTES,
  RESULT_GAS_USED,
  RESULT_KIND,
  RESULT_LENGTH,
  RESULT_WAS_FINAL,
  RESULTS_BROKEN,
  RESULTS_EXECUTED,
  RESULTS_THROWN,
  TRANSACTION_INPUT,
  TRANSACTION_READS,
  TRANSACTION_RESULT,
  TRANSACTION_WRITES,
} from '../memory/records.ts'
import type { Claim } from '../scheduler/scheduler.ts'
import { type Bench, transactionAt } from './bench.ts'
import { rejectedResult } from './execute.ts'
import { takeRoom } from './room.ts'
import { steps } from './steps.ts'

/** What came of an attempt to commit: how many became final, and what must be executed again before anything else can. */
export type Committed = { readonly count: number; readonly retry: Claim | undefined }

/**
 * Makes final what can be. Whoever finds the head in another's hands leaves it: the other looks for the next head after it has
 * made this one final, so an execution that was finished meanwhile is not forgotten (E2).
 */
export function commitReady(bench: Bench): Committed {
  const { scheduler, pause } = bench
  let count = 0
  for (let head = scheduler.head(); head !== undefined; head = scheduler.head()) {
    pause()
    if (!commitHead(bench, head)) return { count, retry: retryHead(bench, head) }
    count += 1
  }
  return { count, retry: undefined }
}

/** Decides on the lowest transaction that is not final; false when its execution was told what is not so. */
function commitHead(bench: Bench, head: number): boolean {
  const { arena, scheduler, state } = bench
  const words = scheduler.at(head)
  const input = arena.get(words + TRANSACTION_INPUT)
  if (!steps.hasRoom(arena, input)) {
    rejectForRoom(bench, head)
    scheduler.commit(head)
    return true
  }
  const result = arena.load(words + TRANSACTION_RESULT)
  const kind = arena.get(result + RESULT_KIND)
  const wasFinal = arena.get(result + RESULT_WAS_FINAL) !== 0
  if (kind === RESULTS_THROWN || kind === RESULTS_BROKEN) {
    if (wasFinal && kind === RESULTS_BROKEN) reportBug(arena, resultText(arena, result))
    if (wasFinal) scheduler.stop(STOP_FAILURE)
    return false
  }
  if (steps.firstStale(state, arena.load(words + TRANSACTION_READS)) !== 0) {
    assert(!wasFinal, 'E5: what was executed on the final state holds')
    return false
  }
  steps.commitWrites(state, arena.load(words + TRANSACTION_WRITES), head)
  if (kind === RESULTS_EXECUTED) takeRoom(arena, input, arena.getLimb(result + RESULT_GAS_USED))
  scheduler.commit(head)
  return true
}

function resultText(arena: Arena, result: Pointer): string {
  const start = (result + RESULT_BYTES) * 4
  return Buffer.from(arena.bytes.slice(start, start + arena.get(result + RESULT_LENGTH))).toString('utf8')
}

function retryHead({ arena, scheduler }: Bench, head: number): Claim {
  steps.markEstimates(arena, arena.load(scheduler.at(head) + TRANSACTION_WRITES))
  return scheduler.retry(head)
}

/** X2: it leaves no trace, whatever its execution would have done. */
function rejectForRoom(bench: Bench, head: number): void {
  const { arena, scheduler } = bench
  const words = scheduler.at(head)
  const room = { gas: arena.getLimb(GAS_LEFT), blobs: arena.getLimb(BLOBS_LEFT) }
  const rejection = checkRoom(room, transactionAt(bench, head))
  assert(rejection !== undefined, 'X3: a transaction for which there is no room is rejected for it')
  steps.withdrawWrites(arena, arena.load(words + TRANSACTION_WRITES))
  arena.store(words + TRANSACTION_WRITES, 0)
  arena.store(words + TRANSACTION_RESULT, rejectedResult(bench, { kind: 'rejected', rejection }))
}

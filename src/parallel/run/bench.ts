import type { Transaction } from '../../primitives/index.ts'
import { wordToHash } from '../../primitives/index.ts'
import type { Environment } from '../../router/index.ts'
import type { Journal } from '../../state/index.ts'
import { readContext } from '../codec/blockContext.ts'
import { ByteReader } from '../codec/byteReader.ts'
import { ByteWriter } from '../codec/byteWriter.ts'
import { readTransaction } from '../codec/transaction.ts'
import type { Arena } from '../memory/arena.ts'
import { CONTEXT, CONTEXT_BYTES } from '../memory/control.ts'
import { Locations } from '../memory/locations.ts'
import {
  BASE_PRESENT,
  INPUT_BYTES,
  INPUT_LENGTH,
  RECORD_BASE,
  RECORD_VALUE,
  TRANSACTION_INPUT,
} from '../memory/records.ts'
import type { LoadBase } from '../memory/versionedState.ts'
import { VersionedState } from '../memory/versionedState.ts'
import { Scheduler } from '../scheduler/scheduler.ts'
import type { ExecutorParts } from '../sequential.ts'
import type { CodeCache } from './speculativeView.ts'

/** What a worker keeps from block to block: its machines, its journal and the codes that it has seen. */
export type WorkerParts = Pick<ExecutorParts, 'machinesOf'> & {
  readonly journal: Journal
  readonly codes: CodeCache
  readonly out: ByteWriter
}

/** Codes that a worker keeps from block to block: 24 KiB each at most, so 24 MiB. */
const MOST_CODES = 1_024

/** A worker's parts, once per thread. */
export function createWorkerParts({ machinesOf, createJournal }: ExecutorParts): WorkerParts {
  return { machinesOf, journal: createJournal(), codes: new Map(), out: new ByteWriter() }
}

/** How a worker reaches what is not in the shared memory, and what it calls where others may go on in the midst of its step. */
export type WorkerLinks = { readonly loadBase: LoadBase; readonly pause: () => void }

/** A worker's place in one block. */
export type Bench = {
  readonly arena: Arena
  readonly scheduler: Scheduler
  readonly state: VersionedState
  readonly environment: Environment
  readonly codes: CodeCache
  readonly out: ByteWriter
  readonly pause: () => void
}

/** Sits down at the block that stands in `arena`. */
export function openBench(
  arena: Arena,
  { machinesOf, journal, codes, out }: WorkerParts,
  linksOf: (locations: Locations) => WorkerLinks,
): Bench {
  if (codes.size > MOST_CODES) codes.clear()
  const start = arena.load(CONTEXT) * 4
  const { rules, block } = readContext(new ByteReader(arena.bytes.subarray(start, start + arena.load(CONTEXT_BYTES))))
  const locations = new Locations(arena)
  const { loadBase, pause } = linksOf(locations)
  const state = new VersionedState(arena, locations, loadBase, rules.clearsEmptyAccounts)
  const blockHash: Environment['blockHash'] = (number) => {
    const record = locations.blockHash(number)
    state.ensureBase(record)
    const isKnown = arena.load(record + RECORD_BASE) === BASE_PRESENT
    return isKnown ? wordToHash(arena.getWord(record + RECORD_VALUE)) : undefined
  }
  const environment = { rules, block, machines: machinesOf(rules.hardfork), journal, blockHash }
  return { arena, scheduler: new Scheduler(arena), state, environment, codes, out, pause }
}

/** A transaction of the block. */
export function transactionAt({ arena, scheduler }: Bench, transaction: number): Transaction {
  const input = arena.get(scheduler.at(transaction) + TRANSACTION_INPUT)
  const start = (input + INPUT_BYTES) * 4
  return readTransaction(new ByteReader(arena.bytes.subarray(start, start + arena.get(input + INPUT_LENGTH))))
}

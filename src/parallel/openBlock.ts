import type { Transaction } from '../primitives/index.ts'
import { messageOf, StateInvariantError } from '../primitives/index.ts'
import type { Environment, Executed, Rejection, TransactionOutcome } from '../router/index.ts'
import { BLOB_GAS, executeIsolated } from '../router/index.ts'
import type { Asked, StateOverlay, StateView } from '../state/index.ts'
import { createOverlay } from '../state/index.ts'
import { AccessRecorder } from './accessList/accessRecorder.ts'
import { checkRoom, type Room } from './blockRoom.ts'
import type { BlockInput, BlockOutcome, BlockResult, Included } from './executor.ts'
import { beginBlock, endBlock } from './protocolCalls.ts'
import { type RememberedView, rememberedView } from './rememberedView.ts'

/** A block under way: the outcomes so far, what they accessed, the state that they left, the room that they left. */
export type OpenBlock = {
  readonly environment: Environment
  readonly input: BlockInput
  /** The state before it. */
  readonly base: RememberedView
  readonly overlay: StateOverlay
  readonly access: AccessRecorder
  readonly room: Room
  readonly outcomes: BlockOutcome[]
}

/** Begins a block on `view`: what the protocol does before the first transaction is done. */
export function openBlock(environment: Environment, input: BlockInput, view: StateView): OpenBlock {
  const base = rememberedView(view)
  const overlay = createOverlay(base)
  const access = new AccessRecorder(base)
  beginBlock({ environment, overlay, access }, input)
  const room = { gas: environment.block.gasLimit, blobs: environment.rules.blobs?.maxPerBlock ?? 0n }
  return { environment, input, base, overlay, access, room, outcomes: [] }
}

/** The next transaction may not be in the block. */
export function addRejection({ outcomes }: OpenBlock, rejection: Rejection): void {
  outcomes.push({ kind: 'rejected', rejection })
}

/** The next transaction ended so; `asked` is what it asked the state for. */
export function addIncluded(block: OpenBlock, outcome: Included, asked: Asked): void {
  const { outcomes, overlay, access, room } = block
  outcomes.push(outcome)
  access.add(outcomes.length, asked, outcome.diff)
  overlay.apply(outcome.diff)
  room.gas -= outcome.gasUsed
  room.blobs -= outcome.blobGasUsed / BLOB_GAS
}

/**
 * Executes the transactions that are left, one after the other: the meaning that every executor must reproduce. `onExecuted`
 * hears of each that is in the block, while the block's state is the one that it began with.
 */
export function executeRest(
  block: OpenBlock,
  onExecuted?: (executed: Executed, transaction: Transaction) => void,
): void {
  const { input, room, outcomes } = block
  for (const transaction of input.transactions.slice(outcomes.length)) {
    const rejection = checkRoom(room, transaction)
    if (rejection !== undefined) {
      addRejection(block, rejection)
      continue
    }
    const outcome = executeNext(block, transaction)
    if (outcome.kind === 'executed') onExecuted?.(outcome, transaction)
    addExecuted(block, outcome)
  }
}

/** The next transaction's outcome. A broken journal is fatal, and the error says at which transaction it broke. */
function executeNext(
  { environment, overlay, input, outcomes }: OpenBlock,
  transaction: Transaction,
): TransactionOutcome {
  try {
    return executeIsolated(environment, overlay, transaction, input.throwPolicy ?? 'reject')
  } catch (thrown) {
    if (!(thrown instanceof StateInvariantError)) throw thrown
    throw new StateInvariantError(messageOf(thrown), { cause: thrown, transactionIndex: outcomes.length })
  }
}

function addExecuted(block: OpenBlock, outcome: TransactionOutcome): void {
  if (outcome.kind === 'rejected') {
    addRejection(block, outcome.rejection)
    return
  }
  const { access, ...included } = outcome
  addIncluded(block, included, access)
}

/** Ends a block whose transactions all have their outcomes. */
export function closeBlock(block: OpenBlock): BlockResult {
  const { environment, overlay, access, room, outcomes } = block
  const logs = outcomes.flatMap((outcome) => (outcome.kind === 'executed' ? outcome.logs : []))
  const { requests, fault } = endBlock(block, logs, outcomes.length + 1)
  const blobsUsed = (environment.rules.blobs?.maxPerBlock ?? 0n) - room.blobs
  return {
    outcomes,
    requests,
    fault,
    diff: overlay.diff(),
    accessList: access.list(),
    gasUsed: environment.block.gasLimit - room.gas,
    blobGasUsed: blobsUsed * BLOB_GAS,
  }
}

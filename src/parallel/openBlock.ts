import type { Environment } from '../router/index.ts'
import { BLOB_GAS, executeTransaction } from '../router/index.ts'
import type { StateOverlay, StateView } from '../state/index.ts'
import { createOverlay } from '../state/index.ts'
import { checkRoom, type Room } from './blockRoom.ts'
import type { BlockInput, BlockOutcome, BlockResult } from './executor.ts'
import { beginBlock, endBlock } from './protocolCalls.ts'

/** A block under way: the outcomes so far, the state that they left, the room that they left. */
export type OpenBlock = {
  readonly environment: Environment
  readonly input: BlockInput
  readonly overlay: StateOverlay
  readonly room: Room
  readonly outcomes: BlockOutcome[]
}

/** Begins a block on `view`: what the protocol does before the first transaction is done. */
export function openBlock(environment: Environment, input: BlockInput, view: StateView): OpenBlock {
  const overlay = createOverlay(view)
  beginBlock(environment, input, overlay)
  const room = { gas: environment.block.gasLimit, blobs: environment.rules.blobs?.maxPerBlock ?? 0n }
  return { environment, input, overlay, room, outcomes: [] }
}

/** The next transaction ended so. */
export function addOutcome({ outcomes, overlay, room }: OpenBlock, outcome: BlockOutcome): void {
  outcomes.push(outcome)
  if (outcome.kind === 'rejected') return
  overlay.apply(outcome.diff)
  room.gas -= outcome.gasUsed
  room.blobs -= outcome.blobGasUsed / BLOB_GAS
}

/** Executes the transactions that are left, one after the other: the meaning that every executor must reproduce. */
export function executeRest(block: OpenBlock): void {
  const { environment, input, overlay, room, outcomes } = block
  for (const transaction of input.transactions.slice(outcomes.length)) {
    const rejection = checkRoom(room, transaction)
    const outcome: BlockOutcome =
      rejection === undefined
        ? executeTransaction(environment, overlay, transaction, 'consensus')
        : { kind: 'rejected', rejection }
    addOutcome(block, outcome)
  }
}

/** Ends a block whose transactions all have their outcomes. */
export function closeBlock({ environment, overlay, room, outcomes }: OpenBlock): BlockResult {
  const requests = endBlock(environment, overlay)
  const blobsUsed = (environment.rules.blobs?.maxPerBlock ?? 0n) - room.blobs
  return {
    outcomes,
    requests,
    diff: overlay.diff(),
    gasUsed: environment.block.gasLimit - room.gas,
    blobGasUsed: blobsUsed * BLOB_GAS,
  }
}

import type { Bytes, Hardfork, Transaction } from '../primitives/index.ts'
import { fromHex, toAddress, wordToBytes } from '../primitives/index.ts'
import type { Environment, Machines, Rejection, TransactionOutcome } from '../router/index.ts'
import { BLOB_GAS, executeSystemCall, executeTransaction } from '../router/index.ts'
import type { Journal, StateOverlay, StateView } from '../state/index.ts'
import { createOverlay } from '../state/index.ts'
import type { BlockExecutor, BlockInput, BlockResult } from './executor.ts'

/** EIP-4788: keeps parent beacon block roots. */
const BEACON_ROOTS_CONTRACT = toAddress('0x000f3df6d732807ef1319fb7b8bb8522d0beac02')
/** EIP-2935: keeps block hashes. */
const BLOCK_HASHES_CONTRACT = toAddress('0x0000f90827f1c53a10cb7a02335b175320002935')

/** System contracts that say what the block asks of the consensus layer, by EIP-7685 request type. */
const REQUEST_CONTRACTS = [
  /** EIP-7002: withdrawals. */
  { type: 1, address: toAddress('0x00000961ef480eb55e80d19ad83579a64c007002') },
  /** EIP-7251: consolidations. */
  { type: 2, address: toAddress('0x0000bbddc7ce488642fb579f8b00f3a590007251') },
] as const

/** What an executor needs from the composition root. */
export type ExecutorParts = {
  machinesOf(hardfork: Hardfork): Machines
  createJournal(): Journal
}

/** Executes a block's transactions one after the other: the meaning that every other executor must reproduce. */
export function createSequentialExecutor({ machinesOf, createJournal }: ExecutorParts): BlockExecutor {
  const journal = createJournal()
  return {
    execute(input, view) {
      const { rules, context: block } = input
      const environment: Environment = {
        rules,
        block,
        machines: machinesOf(rules.hardfork),
        journal,
        blockHash: (number) => input.blockHash(number),
      }
      return executeBlock(environment, input, view)
    },
  }
}

function executeBlock(environment: Environment, input: BlockInput, view: StateView): BlockResult {
  const overlay = createOverlay(view)
  beginBlock(environment, input, overlay)
  const room = { gas: environment.block.gasLimit, blobs: environment.rules.blobs?.maxPerBlock ?? 0n }
  const outcomes: TransactionOutcome[] = []
  for (const transaction of input.transactions) {
    const rejection = checkRoom(room, transaction)
    const outcome: TransactionOutcome =
      rejection === undefined
        ? executeTransaction(environment, overlay, transaction, 'consensus')
        : { kind: 'rejected', rejection }
    outcomes.push(outcome)
    if (outcome.kind === 'rejected') continue
    overlay.apply(outcome.diff)
    room.gas -= outcome.gasUsed
    room.blobs -= outcome.blobGasUsed / BLOB_GAS
  }
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

/** What the block has left for `transaction`. Source: Yellow Paper 6.2, EIP-4844. */
function checkRoom(
  room: { readonly gas: bigint; readonly blobs: bigint },
  transaction: Transaction,
): Rejection | undefined {
  if (transaction.gasLimit > room.gas) {
    return {
      code: 'GAS_ALLOWANCE_EXCEEDED',
      message: `gas limit reached: have ${room.gas}, want ${transaction.gasLimit}`,
    }
  }
  const blobs = BigInt(transaction.blobVersionedHashes.length)
  if (blobs > room.blobs) {
    return {
      code: 'TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED',
      message: `blob gas limit reached: have ${room.blobs} blobs, want ${blobs}`,
    }
  }
  return undefined
}

/** What the protocol itself writes before the first transaction. */
function beginBlock(environment: Environment, input: BlockInput, overlay: StateOverlay): void {
  const { rules } = environment
  if (rules.hasBeaconRoot) {
    const root = fromHex(input.parentBeaconBlockRoot)
    overlay.apply(executeSystemCall(environment, overlay, BEACON_ROOTS_CONTRACT, root).diff)
  }
  if (rules.storesBlockHashes) {
    const parent = wordToBytes(BigInt(input.parentHash))
    overlay.apply(executeSystemCall(environment, overlay, BLOCK_HASHES_CONTRACT, parent).diff)
  }
}

/** What the protocol itself reads after the last transaction: EIP-7685 requests, each a type byte and its data. */
function endBlock(environment: Environment, overlay: StateOverlay): readonly Bytes[] {
  if (!environment.rules.hasRequests) return []
  const requests: Bytes[] = []
  for (const { type, address } of REQUEST_CONTRACTS) {
    const { output, diff } = executeSystemCall(environment, overlay, address, new Uint8Array(0))
    overlay.apply(diff)
    if (output.length > 0) requests.push(Uint8Array.of(type, ...output))
  }
  return requests
}

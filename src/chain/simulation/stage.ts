import { rememberedBlockHashes } from '../../parallel/index.ts'
import type { Hash, Rules, Transaction } from '../../primitives/index.ts'
import { BaseError } from '../../primitives/index.ts'
import type { Environment, Machines, TransactionOutcome } from '../../router/index.ts'
import { blobBaseFee, executeTransaction } from '../../router/index.ts'
import type { Journal, StateView } from '../../state/index.ts'
import type { BlockContext } from '../../vm/index.ts'
import type { Archive } from '../archive.ts'
import type { Header } from '../block.ts'
import { nextBaseFee, nextExcessBlobGas } from '../fees.ts'
import { drawRandao } from '../production/nextBlock.ts'
import type { Simulation } from '../simulator.ts'
import { overridePrecompiles, overrideState } from './overrides.ts'
import type { PendingBlocks } from './pendingBlock.ts'

/** The most gas that a simulation may use: geth's `--rpc.gascap`. */
export const SIMULATION_GAS_CAP = 50_000_000n

/** What a stage is built from. */
export type StageParts = {
  readonly rules: Rules
  readonly chainId: bigint
  readonly machines: Machines
  readonly journal: Journal
  /** Executes what waits before what is tried. */
  readonly pending: PendingBlocks
}

/** A state and a block's context, overrides included, on which transactions can be tried any number of times. */
export interface Stage {
  readonly environment: Environment
  readonly view: StateView
  /** Runs a transaction with its own gas limit. Nothing of it stays. */
  run(transaction: Transaction): TransactionOutcome
}

/** Builds the stage of a simulation. Throws `UNKNOWN_BLOCK`, `INVALID_OVERRIDE`. */
export function buildStage(parts: StageParts, archive: Archive, simulation: Simulation): Stage {
  const { blockHash, onNextBlock, stateOverrides, blockOverrides } = simulation
  const { rules, chainId, machines, journal } = parts
  const header = archive.header(blockHash)
  const request = onNextBlock ? simulation.pending : undefined
  const base =
    request === undefined ? archive.stateAt(blockHash) : parts.pending.stateAfter(archive, { blockHash, request })
  if (header === undefined || base === undefined) throw new BaseError('UNKNOWN_BLOCK', 'header not found')

  const own = onNextBlock ? contextAfter(rules, chainId, blockHash, header) : contextOf(rules, chainId, header)
  const block = { ...own, ...blockOverrides }
  const view = overrideState(base, stateOverrides)
  const environment: Environment = {
    rules,
    block,
    // As in geth: what is moved runs elsewhere, and what is warm is what the fork says.
    machines: {
      ...machines,
      precompiles: overridePrecompiles(machines.precompiles, stateOverrides),
      warmAddresses: machines.precompiles,
    },
    journal,
    blockHash: rememberedBlockHashes((number) =>
      number < block.number && number + 256n >= block.number ? archive.blockHash(number) : undefined,
    ),
  }
  return {
    environment,
    view,
    run: (transaction) => executeTransaction(environment, view, transaction, 'simulation'),
  }
}

/** The context that a block's own transactions had. */
export function contextOf(rules: Rules, chainId: bigint, header: Header): BlockContext {
  const { number, timestampSeconds, gasLimit, baseFeeWei, coinbase, prevRandao } = header
  const blobBaseFeeWei = blobBaseFee(rules, header.excessBlobGas)
  return { number, timestampSeconds, gasLimit, baseFeeWei, blobBaseFeeWei, coinbase, prevRandao, chainId }
}

/** The context of the block that would follow, as far as its parent tells. */
function contextAfter(rules: Rules, chainId: bigint, hash: Hash, header: Header): BlockContext {
  const number = header.number + 1n
  return {
    ...contextOf(rules, chainId, header),
    number,
    timestampSeconds: header.timestampSeconds + 1n,
    baseFeeWei: nextBaseFee(header),
    blobBaseFeeWei: blobBaseFee(rules, nextExcessBlobGas(rules, header)),
    prevRandao: drawRandao(hash, number),
  }
}

/** The most gas that the sender can pay for, value deducted; undefined when gas is free or not even the value is there. */
export function affordableGas(view: StateView, transaction: Transaction): bigint | undefined {
  const { sender, valueWei, maxFeePerGasWei } = transaction
  const availableWei = (view.account(sender)?.balanceWei ?? 0n) - valueWei
  return maxFeePerGasWei === 0n || availableWei <= 0n ? undefined : availableWei / maxFeePerGasWei
}

/**
 * The transaction with a gas limit for one try: its own, at most the cap, or the cap when it names none. What the sender can
 * pay for does not lower it: a call that names a price fails for want of funds, as with geth, not for want of gas.
 */
export function withGasLimit(transaction: Transaction): Transaction {
  const wanted = transaction.gasLimit === 0n ? undefined : transaction.gasLimit
  return { ...transaction, gasLimit: least(SIMULATION_GAS_CAP, wanted) }
}

/** The smallest of the limits that there are. */
export function least(first: bigint, ...others: readonly (bigint | undefined)[]): bigint {
  return others.reduce<bigint>((min, other) => (other !== undefined && other < min ? other : min), first)
}

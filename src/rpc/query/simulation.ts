import type { BlockOverrides, Simulation, StateOverrides } from '../../chain/index.ts'
import { EMPTY_BYTES, type Transaction, type TransactionType, ZERO_ADDRESS } from '../../primitives/index.ts'
import type { BlockReference } from '../codec/block.ts'
import type { TransactionRequest } from '../codec/transaction.ts'
import { RPC_CODES, RpcError } from '../error.ts'
import type { Services } from '../scope.ts'
import { isPending, requireState } from './blocks.ts'
import { failureOf } from './failure.ts'
import { waitingQuery } from './pool.ts'

/** What is to be tried: a request, on a block, under pretences. */
export type Trial = {
  readonly request: TransactionRequest
  readonly block: BlockReference
  readonly stateOverrides: StateOverrides
  readonly blockOverrides: BlockOverrides
}

/** The type that a request's fields ask for. Without any of them the newest plain type, 2. */
export function typeOf(request: TransactionRequest): TransactionType {
  if (request.type !== undefined) return request.type
  if (hasHashes(request.blobs)) return 3
  if (request.authorizations !== undefined && request.authorizations.length > 0) return 4
  if (request.gasPriceWei === undefined) return 2
  return request.accessList === undefined ? 0 : 1
}

/**
 * Where a transaction that is to be sent is tried: in the block that it will be in, as development nodes do, or in the
 * latest, as geth does. On a development node the next block has another time and number than the latest, and contracts
 * that look at either would need other gas.
 */
export function estimateBlock({ config }: Services): BlockReference {
  return { kind: 'tag', tag: config.isDev ? 'pending' : 'latest' }
}

function hasHashes(blobs: TransactionRequest['blobs']): boolean {
  return blobs !== undefined && blobs.versionedHashes.length > 0
}

/** A trial as the simulator takes it. Throws `header not found`. */
export function simulationOf(services: Services, trial: Trial): Simulation {
  const { request, block, stateOverrides, blockOverrides } = trial
  const onNextBlock = isPending(block)
  return {
    transaction: trialTransaction(services, request),
    blockHash: requireState(services.archive, block).blockHash,
    onNextBlock,
    pending: onNextBlock ? waitingQuery(services)?.request : undefined,
    stateOverrides,
    blockOverrides: onNextBlock ? { ...services.producer.next(), ...blockOverrides } : blockOverrides,
  }
}

/** No gas limit means as much as may be; fees that were not named are 0: a call is free unless it asks what it costs. */
function trialTransaction({ config }: Services, request: TransactionRequest): Transaction {
  return {
    type: typeOf(request),
    chainId: request.chainId ?? config.chainId,
    sender: request.from ?? ZERO_ADDRESS,
    nonce: request.nonce ?? 0n,
    gasLimit: request.gasLimit ?? 0n,
    to: request.to,
    valueWei: request.valueWei ?? 0n,
    data: request.data ?? EMPTY_BYTES,
    maxFeePerGasWei: request.gasPriceWei ?? request.maxFeePerGasWei ?? 0n,
    maxPriorityFeePerGasWei: request.gasPriceWei ?? request.maxPriorityFeePerGasWei ?? 0n,
    accessList: request.accessList ?? [],
    maxFeePerBlobGasWei: request.blobs?.maxFeePerGasWei ?? 0n,
    blobVersionedHashes: request.blobs?.versionedHashes ?? [],
    authorizations: request.authorizations ?? [],
  }
}

/** The least gas limit with which the transaction works. Throws how it fails with all the gas that it may have. */
export async function estimateGas(services: Services, trial: Trial): Promise<bigint> {
  const outcome = await services.simulator.estimateGas(simulationOf(services, trial))
  if (outcome.status === 'estimated') return outcome.gas
  // Here the fault is the whole text: how much gas was allowed.
  const lacksGas = outcome.status === 'halt' && outcome.reason === 'out-of-gas' && outcome.fault !== undefined
  const data = services.devSettings.haltsHaveData ? '0x' : undefined
  throw lacksGas ? new RpcError(RPC_CODES.server, outcome.fault, data) : failureOf(services, outcome)
}

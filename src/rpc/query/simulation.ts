import type { BlockOverrides, Simulation, StateOverrides } from '../../chain/index.ts'
import { EMPTY_BYTES, type Transaction, type TransactionType, ZERO_ADDRESS } from '../../primitives/index.ts'
import type { BlockReference } from '../codec/block.ts'
import type { TransactionRequest } from '../codec/transaction.ts'
import { refused } from '../error.ts'
import { CALL_GAS_CAP } from '../limits.ts'
import type { Services } from '../scope.ts'
import { isPending, requireState } from './blocks.ts'
import { failureOf } from './failure.ts'

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
  if (request.authorizations !== undefined) return 4
  if (request.gasPriceWei === undefined) return 2
  return request.accessList === undefined ? 0 : 1
}

/** A trial with at most the gas that a call may have. Throws `header not found`. */
export function callSimulation(services: Services, trial: Trial): Simulation {
  const { gasLimit } = trial.request
  return simulationOf(services, trial, gasLimit === undefined || gasLimit > CALL_GAS_CAP ? CALL_GAS_CAP : gasLimit)
}

function simulationOf(services: Services, trial: Trial, gasLimit: bigint): Simulation {
  const { request, block, stateOverrides, blockOverrides } = trial
  return {
    transaction: trialTransaction(services, request, gasLimit),
    blockHash: requireState(services.archive, block).blockHash,
    onNextBlock: isPending(block),
    stateOverrides,
    blockOverrides,
  }
}

/** Fees that were not named are 0: a call is free unless it asks what it would cost. */
function trialTransaction({ config }: Services, request: TransactionRequest, gasLimit: bigint): Transaction {
  const feeCap = request.gasPriceWei ?? request.maxFeePerGasWei ?? 0n
  return {
    type: typeOf(request),
    chainId: request.chainId ?? config.chainId,
    sender: request.from ?? ZERO_ADDRESS,
    nonce: request.nonce ?? 0n,
    gasLimit,
    to: request.to,
    valueWei: request.valueWei ?? 0n,
    data: request.data ?? EMPTY_BYTES,
    maxFeePerGasWei: feeCap,
    maxPriorityFeePerGasWei: request.gasPriceWei ?? request.maxPriorityFeePerGasWei ?? 0n,
    accessList: request.accessList ?? [],
    maxFeePerBlobGasWei: 0n,
    blobVersionedHashes: [],
    authorizations: request.authorizations ?? [],
  }
}

/** The least gas limit with which the transaction works. Throws how it fails with all the gas that it may have. */
export async function estimateGas(services: Services, trial: Trial): Promise<bigint> {
  const cap = estimateCap(services, trial)
  const outcome = await services.simulator.estimateGas(simulationOf(services, trial, cap))
  if (outcome.status === 'estimated') return outcome.gas
  const isOutOfGas =
    (outcome.status === 'halt' && outcome.reason === 'out-of-gas') ||
    (outcome.status === 'rejected' && outcome.rejection.code.startsWith('INTRINSIC_GAS'))
  throw isOutOfGas ? refused(`gas required exceeds allowance (${cap})`) : failureOf(outcome)
}

/**
 * The most gas that an estimate may try: the request's own, else the block's; never more than a call, a transaction of
 * this fork, or (when the request names a price) what the sender can pay.
 */
function estimateCap(services: Services, trial: Trial): bigint {
  const { request, block, stateOverrides, blockOverrides } = trial
  const { archive, config, producer } = services
  const blockGasLimit = blockOverrides.gasLimit ?? producer.next().gasLimit
  const caps = [request.gasLimit ?? blockGasLimit, blockGasLimit, CALL_GAS_CAP]
  if (config.rules.maxTransactionGas !== undefined) caps.push(config.rules.maxTransactionGas)
  const feeCap = request.gasPriceWei ?? request.maxFeePerGasWei ?? 0n
  if (feeCap > 0n) {
    const sender = request.from ?? ZERO_ADDRESS
    const { state } = requireState(archive, block)
    const balance = stateOverrides.get(sender)?.balanceWei ?? state.account(sender)?.balanceWei ?? 0n
    const value = request.valueWei ?? 0n
    if (value > balance) throw refused('insufficient funds for transfer')
    caps.push((balance - value) / feeCap)
  }
  return caps.reduce((least, cap) => (cap < least ? cap : least))
}

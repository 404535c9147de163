import type { Address, Transaction } from '../primitives/index.ts'
import { createAddress, EMPTY_BYTES } from '../primitives/index.ts'
import type { Journal, StateView } from '../state/index.ts'
import type { Result } from '../vm/index.ts'
import { delegationTarget } from '../vm/index.ts'
import { checkForm, checkInBlock, checkSender } from './checks.ts'
import { applyAuthorizations } from './delegation.ts'
import { checkDeposits } from './deposits.ts'
import { blobGasOf, effectiveGasPrice } from './fees.ts'
import { createFrameDriver } from './frames.ts'
import type { IntrinsicGas } from './intrinsic.ts'
import { intrinsicGas } from './intrinsic.ts'
import type { Environment, Executed, Rejection, Strictness, TransactionOutcome } from './outcome.ts'

/**
 * Runs one transaction on `view`: checks, fees, authorisations, the call or creation itself, refunds, the coinbase's
 * share. A rejected transaction leaves no trace. Source: Yellow Paper 6; EIPs 1559, 2929, 2930, 3529, 3651, 4844, 7623, 7702.
 */
export function executeTransaction(
  environment: Environment,
  view: StateView,
  transaction: Transaction,
  strictness: Strictness,
): TransactionOutcome {
  return transact(environment, view, transaction, strictness, run)
}

/**
 * The same for a transaction whose frames cannot be executed: checks and fees as ever, then an exceptional halt that
 * consumes the whole gas limit. `fault` is for people.
 */
export function haltTransaction(
  environment: Environment,
  view: StateView,
  transaction: Transaction,
  fault: string,
): TransactionOutcome {
  return transact(environment, view, transaction, 'consensus', () => {
    const { to, sender, nonce } = transaction
    const contractAddress = to === undefined ? createAddress(sender, nonce) : undefined
    return { result: { status: 'halt', reason: 'internal-error', fault }, contractAddress }
  })
}

function transact(
  environment: Environment,
  view: StateView,
  transaction: Transaction,
  strictness: Strictness,
  runFrames: typeof run,
): TransactionOutcome {
  const { journal } = environment
  journal.begin(view)
  const rejection = check(environment, transaction, strictness)
  if (rejection !== undefined) return { kind: 'rejected', rejection }

  const intrinsic = intrinsicGas(environment.rules, transaction)
  const gasPriceWei = effectiveGasPrice(transaction, environment.block.baseFeeWei)
  buyGas(environment, transaction, gasPriceWei)
  warmUp(environment, transaction)
  applyAuthorizations(journal, environment.block.chainId, transaction.authorizations)
  const result = runFrames(environment, transaction, transaction.gasLimit - intrinsic.gas, gasPriceWei)
  const executed = settle(environment, transaction, intrinsic, gasPriceWei, result)
  const invalid = strictness === 'consensus' && environment.rules.hasRequests ? checkDeposits(executed.logs) : undefined
  return invalid === undefined ? executed : { kind: 'rejected', rejection: invalid }
}

function check(environment: Environment, transaction: Transaction, strictness: Strictness): Rejection | undefined {
  const { rules, block, journal } = environment
  return (
    checkForm(rules, block.chainId, transaction, strictness) ??
    checkInBlock(block, transaction, strictness) ??
    checkSender(journal, transaction, strictness)
  )
}

/** Pays for all gas in advance, blob gas for good, and counts the nonce. */
function buyGas({ journal, block }: Environment, transaction: Transaction, gasPriceWei: bigint): void {
  const { sender, gasLimit } = transaction
  journal.subtractBalance(sender, gasLimit * gasPriceWei + blobGasOf(transaction) * block.blobBaseFeeWei)
  journal.setNonce(sender, journal.nonce(sender) + 1n)
}

/** What a transaction has touched before it begins. Source: EIPs 2929, 2930, 3651. */
function warmUp({ rules, block, journal, machines }: Environment, { sender, to, accessList }: Transaction): void {
  if (!rules.hasAccessLists) return
  journal.warmForGood(machines.warmAddresses ?? machines.precompiles)
  journal.touchAddress(sender)
  if (rules.coinbaseIsWarm) journal.touchAddress(block.coinbase)
  if (to !== undefined) journal.touchAddress(to)
  for (const { address, storageKeys } of accessList) {
    journal.touchAddress(address)
    for (const key of storageKeys) journal.touchSlot(address, BigInt(key))
  }
}

type Ran = { readonly result: Result; readonly contractAddress: Address | undefined }

function run(environment: Environment, transaction: Transaction, gasLimit: bigint, gasPriceWei: bigint): Ran {
  const { sender, to, valueWei, data, blobVersionedHashes } = transaction
  const { journal, rules } = environment
  const driver = createFrameDriver(environment, { origin: sender, gasPriceWei, blobVersionedHashes })
  const frame = { caller: sender, valueWei, gasLimit, depth: 0, isStatic: false }
  if (to === undefined) {
    const address = createAddress(sender, journal.nonce(sender) - 1n)
    const message = { ...frame, kind: 'create', initCode: data, salt: undefined } as const
    return { result: driver.create(message, address), contractAddress: address }
  }
  const target = rules.hasDelegation ? delegationTarget(journal.code(to)) : undefined
  if (target !== undefined) journal.touchAddress(target)
  const message = { ...frame, kind: 'call', recipient: to, codeAddress: to, input: data } as const
  return { result: driver.call(message), contractAddress: undefined }
}

/** Gives back what was not used, pays the coinbase its tip (the base fee is burnt) and closes the journal. */
function settle(
  { journal, rules, block }: Environment,
  transaction: Transaction,
  { floorGas }: IntrinsicGas,
  gasPriceWei: bigint,
  { result, contractAddress }: Ran,
): Executed {
  const gasSpent = transaction.gasLimit - (result.status === 'halt' ? 0n : result.gasLeft)
  const gasRefunded = cappedRefund(journal, gasSpent / rules.maxRefundQuotient)
  const gasUsed = max(gasSpent - gasRefunded, floorGas)
  journal.addBalance(transaction.sender, (transaction.gasLimit - gasUsed) * gasPriceWei)
  const tipWei = gasPriceWei > block.baseFeeWei ? gasPriceWei - block.baseFeeWei : 0n
  journal.addBalance(block.coinbase, gasUsed * tipWei)

  const { diff, logs, access } = journal.finish(rules)
  return {
    kind: 'executed',
    status: result.status,
    output: result.status === 'halt' ? EMPTY_BYTES : result.output,
    haltReason: result.status === 'halt' ? result.reason : undefined,
    fault: result.status === 'success' ? undefined : result.fault,
    gasUsed,
    gasRefunded: gasSpent - gasUsed > 0n ? gasSpent - gasUsed : 0n,
    blobGasUsed: blobGasOf(transaction),
    effectiveGasPriceWei: gasPriceWei,
    contractAddress,
    logs,
    diff,
    access,
  }
}

/** Source: EIP-3529. */
function cappedRefund(journal: Journal, cap: bigint): bigint {
  const refund = max(journal.refundGas, 0n)
  return refund < cap ? refund : cap
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

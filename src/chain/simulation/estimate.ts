import type { Transaction } from '../../primitives/index.ts'
import { assert, EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { Executed, TransactionOutcome } from '../../router/index.ts'
import type { EstimateOutcome } from '../simulator.ts'
import { simulationOutcome } from './outcome.ts'
import type { Stage } from './stage.ts'
import { affordableGas, least, SIMULATION_GAS_CAP } from './stage.ts'

const TRANSFER_GAS = 21_000n
/** What a call with value gives to its callee for nothing, and so must be there when it is made. */
const CALL_STIPEND_GAS = 2_300n
/** The search ends when the answer is at most this many thousandths above the least gas limit. */
const TOLERANCE_PERMILLE = 15n

/**
 * The least gas limit, within 1.5 %, with which a transaction does not fail. Most transactions need two tries: one at the
 * cap, which shows what they use, and one a little above that. The rest is a binary search. Source: geth's `gasestimator`.
 */
export function estimateGas(stage: Stage, transaction: Transaction): EstimateOutcome {
  const cap = capOf(stage, transaction)
  const tryWith = (gasLimit: bigint) => stage.run({ ...transaction, gasLimit })

  if (cap >= TRANSFER_GAS && isPlainTransfer(stage, transaction) && isSuccess(tryWith(TRANSFER_GAS))) {
    return { status: 'estimated', gas: TRANSFER_GAS }
  }
  const atCap = tryWith(cap)
  if (!isSuccess(atCap)) return failureAtCap(atCap, cap)
  return { status: 'estimated', gas: search(atCap, cap, (gasLimit) => isSuccess(tryWith(gasLimit))) }
}

/** The highest gas limit worth a try: a block, the caller, the fork, this node and the sender's purse may each limit it. */
function capOf({ environment, view }: Stage, transaction: Transaction): bigint {
  const { block, rules } = environment
  const wanted = transaction.gasLimit >= TRANSFER_GAS ? transaction.gasLimit : undefined
  return least(SIMULATION_GAS_CAP, block.gasLimit, wanted, rules.maxTransactionGas, affordableGas(view, transaction))
}

function isPlainTransfer({ view }: Stage, { to, data }: Transaction): boolean {
  return to !== undefined && data.length === 0 && (view.account(to)?.codeHash ?? EMPTY_CODE_HASH) === EMPTY_CODE_HASH
}

function isSuccess(outcome: TransactionOutcome): outcome is Executed {
  return outcome.kind === 'executed' && outcome.status === 'success'
}

/** Why the cap itself is not enough: for want of gas in geth's words, else as it happened. */
function failureAtCap(outcome: TransactionOutcome, cap: bigint): EstimateOutcome {
  const wantsGas =
    outcome.kind === 'rejected'
      ? outcome.rejection.code === 'INTRINSIC_GAS_TOO_LOW' ||
        outcome.rejection.code === 'INTRINSIC_GAS_BELOW_FLOOR_GAS_COST'
      : outcome.haltReason === 'out-of-gas' || outcome.haltReason === 'code-deposit-out-of-gas'
  if (wantsGas) {
    return { status: 'halt', reason: 'out-of-gas', gasUsed: cap, fault: `gas required exceeds allowance (${cap})` }
  }
  const failure = simulationOutcome(outcome)
  assert(failure.status !== 'success', 'an estimate fails only where its try at the cap does')
  return failure
}

/** Narrows down the least limit that succeeds, knowing that `cap` does. */
function search(atCap: Executed, cap: bigint, succeedsWith: (gasLimit: bigint) => boolean): bigint {
  let fails = atCap.gasUsed - 1n
  let succeeds = cap
  const likely = ((atCap.gasUsed + atCap.gasRefunded + CALL_STIPEND_GAS) * 64n) / 63n
  if (likely < succeeds) {
    if (succeedsWith(likely)) succeeds = likely
    else fails = likely
  }
  while (fails + 1n < succeeds && (succeeds - fails) * 1000n >= succeeds * TOLERANCE_PERMILLE) {
    // Most transactions need little more than they use, so the upper half is worth a try only near the lower end.
    const middle = least((succeeds + fails) / 2n, fails * 2n)
    if (succeedsWith(middle)) succeeds = middle
    else fails = middle
  }
  return succeeds
}

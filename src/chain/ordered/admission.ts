import type { Address, Rules, SignedTransaction } from '../../primitives/index.ts'
import type { Rejection } from '../../router/index.ts'
import { checkForm, checkInBlock, maxCost } from '../../router/index.ts'

/** What a state says of a sender. `hasCode` is true for a delegated account (EIP-7702) too. */
export type SenderState = { readonly nonce: bigint; readonly balanceWei: bigint; readonly hasCode: boolean }

/** The place of a block in the order, as far as its transactions depend on it. */
export type AdmissionParts = {
  readonly rules: Rules
  readonly chainId: bigint
  readonly gasLimit: bigint
  /** What its transactions' gas limits may sum up to (executionBudget.ts). The first one needs only the gas limit. */
  readonly budgetGas: bigint
  readonly baseFeeWei: bigint
  /** The state that is `EXECUTION_LAG` blocks old. */
  readonly sender: (address: Address) => SenderState
  /** What the blocks since then hold, in order. */
  readonly inFlight: readonly SignedTransaction[]
}

/** Decides which transactions may be ordered in one block. */
export interface Admission {
  readonly budgetGas: bigint
  /** The nonce that the sender's next transaction must have. */
  nextNonce(sender: Address): bigint
  /** Takes a transaction as the block's next, or says why not, and then nothing has changed. */
  admit(transaction: SignedTransaction): Rejection | undefined
}

/** A sender's nonce, and what it owns at the very least, once all that is ordered has run. */
type Standing = { nonce: bigint; leastWei: bigint; readonly hasCode: boolean }

/**
 * Admission to a block whose predecessors are not executed yet: exact on the nonce, and a lower bound on the funds. The state
 * is that of `EXECUTION_LAG` blocks ago, less all that what came since can cost at most; what came in counts only once it
 * is executed. So a transaction that is admitted can always pay (X: *ordered is payable*), because
 *
 * - each transaction raises its sender's nonce by one, however it ends,
 * - nothing but its own transactions takes coins from an account without code, and accounts with code order nothing.
 *
 * Delegation (EIP-7702) breaks both: a set-code transaction raises the nonces of others, and a delegated account can be
 * emptied by anybody's call. So neither set-code transactions nor delegated senders are admitted. Nor are blobs, which
 * nobody here keeps. Source: notes/parallel.md 2, "What we must do", 2 to 5.
 */
export function createAdmission(parts: AdmissionParts): Admission {
  const { rules, chainId, gasLimit, budgetGas, baseFeeWei } = parts
  const standings = new Map<Address, Standing>()
  let usedGas = 0n

  function standingOf(address: Address): Standing {
    const known = standings.get(address)
    if (known !== undefined) return known
    const { nonce, balanceWei, hasCode } = parts.sender(address)
    const standing = { nonce, leastWei: balanceWei, hasCode }
    standings.set(address, standing)
    return standing
  }

  function spend(standing: Standing, transaction: SignedTransaction): void {
    const cost = maxCost(transaction)
    standing.nonce += 1n
    standing.leastWei = standing.leastWei > cost ? standing.leastWei - cost : 0n
  }

  for (const transaction of parts.inFlight) spend(standingOf(transaction.sender), transaction)

  /** The first transaction may exceed the budget, so that none is too large for every block. */
  function gasLeft(): bigint {
    if (usedGas === 0n) return gasLimit
    return usedGas < budgetGas ? budgetGas - usedGas : 0n
  }

  return {
    budgetGas,
    nextNonce: (sender) => standingOf(sender).nonce,
    admit(transaction) {
      const standing = standingOf(transaction.sender)
      const rejection =
        checkOrderable(transaction) ??
        checkForm(rules, chainId, transaction, 'consensus') ??
        checkInBlock({ gasLimit: gasLeft(), baseFeeWei, blobBaseFeeWei: 0n }, transaction, 'consensus') ??
        checkStanding(standing, transaction)
      if (rejection !== undefined) return rejection
      spend(standing, transaction)
      usedGas += transaction.gasLimit
      return undefined
    },
  }
}

/** Kinds of transactions that can not be ordered before they are executed. Texts are geth's where it has them. */
export function checkOrderable({ type }: SignedTransaction): Rejection | undefined {
  if (type < 3) return undefined
  const what = type === 3 ? 'blobs (3)' : 'set code (4): a network orders transactions before it executes them'
  return {
    code: 'TYPE_NOT_SUPPORTED',
    message: `transaction type not supported: transaction type not valid on this network: ${what}`,
  }
}

function checkStanding(standing: Standing, transaction: SignedTransaction): Rejection | undefined {
  const { nonce, leastWei, hasCode } = standing
  const { sender } = transaction
  if (transaction.nonce !== nonce) {
    const [code, word] =
      transaction.nonce < nonce
        ? (['NONCE_MISMATCH_TOO_LOW', 'low'] as const)
        : (['NONCE_MISMATCH_TOO_HIGH', 'high'] as const)
    return { code, message: `nonce too ${word}: address ${sender}, tx: ${transaction.nonce} state: ${nonce}` }
  }
  if (hasCode) return { code: 'SENDER_NOT_EOA', message: `sender not an eoa: address ${sender}` }
  const cost = maxCost(transaction)
  if (leastWei >= cost) return undefined
  return {
    code: 'INSUFFICIENT_ACCOUNT_FUNDS',
    message: `insufficient funds for gas * price + value: address ${sender} have ${leastWei} want ${cost}`,
  }
}

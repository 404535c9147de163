import type { Transaction } from '../primitives/index.ts'
import { messageOf, StateInvariantError } from '../primitives/index.ts'
import type { Account, StateView } from '../state/index.ts'
import type { Environment, Executed, TransactionOutcome } from './outcome.ts'
import { executeTransaction, haltTransaction } from './transact.ts'

/**
 * What becomes of a transaction whose execution throws. `reject`: it is in no block, as a builder wants it. `halt`: it
 * stays where it was ordered and consumes its whole gas limit, the one outcome that all nodes of a network agree on.
 */
export type ThrowPolicy = 'reject' | 'halt'

/**
 * {@link executeTransaction} under consensus rules, with a defined outcome also for a transaction whose execution
 * throws (memory that cannot be allocated, an engine's bug): the journal is discarded as a whole, so nothing is left of
 * it. It is tried twice, for the first failure may be the machine's. Throws, because no transaction is to blame,
 *
 * - `StateInvariantError`: the journal itself is broken,
 * - what `view` throws: the state cannot be read.
 */
export function executeIsolated(
  environment: Environment,
  view: StateView,
  transaction: Transaction,
  policy: ThrowPolicy,
): TransactionOutcome {
  try {
    return executeTransaction(environment, view, transaction, 'consensus')
  } catch (thrown) {
    refuseStateInvariant(thrown)
  }
  const reads = watchedReads(environment, view)
  try {
    return executeTransaction(reads.environment, reads.view, transaction, 'consensus')
  } catch (thrown) {
    refuseStateInvariant(thrown)
    const failure = reads.failure()
    if (failure !== undefined) throw failure.thrown
    return outcomeOf(environment, view, transaction, policy, thrown)
  }
}

/** Whether a transaction ended so because its execution threw. */
export function isIsolated(
  outcome: Pick<Executed, 'kind' | 'haltReason'> | Exclude<TransactionOutcome, Executed>,
): boolean {
  if (outcome.kind === 'rejected') return outcome.rejection.code === 'EXECUTION_FAILED'
  return outcome.haltReason === 'internal-error'
}

function refuseStateInvariant(thrown: unknown): void {
  if (thrown instanceof StateInvariantError) throw thrown
}

function outcomeOf(
  environment: Environment,
  view: StateView,
  transaction: Transaction,
  policy: ThrowPolicy,
  thrown: unknown,
): TransactionOutcome {
  const fault = messageOf(thrown)
  if (policy === 'halt') return haltTransaction(environment, view, transaction, fault)
  return { kind: 'rejected', rejection: { code: 'EXECUTION_FAILED', message: `execution failed: ${fault}` } }
}

/** What a transaction reads of the chain: `view` and block hashes, and what they threw first. */
function watchedReads(environment: Environment, view: StateView) {
  let failure: { readonly thrown: unknown } | undefined
  const watch = <value>(read: () => value): value => {
    try {
      return read()
    } catch (thrown) {
      failure ??= { thrown }
      throw thrown
    }
  }
  const watched: StateView = {
    account: (address): Account | undefined => watch(() => view.account(address)),
    code: (codeHash) => watch(() => view.code(codeHash)),
    storage: (address, slot) => watch(() => view.storage(address, slot)),
    hasStorage: (address) => watch(() => view.hasStorage(address)),
  }
  const blockHash: Environment['blockHash'] = (number) => watch(() => environment.blockHash(number))
  return { environment: { ...environment, blockHash }, view: watched, failure: () => failure }
}

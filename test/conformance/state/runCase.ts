import type { Hash, SignedTransaction } from '../../../src/primitives/index.ts'
import { BaseError, decodeTransaction } from '../../../src/primitives/index.ts'
import type { TransactionOutcome } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import type { Engine } from '../../harness/engines.ts'
import { differencesBetween, observe } from '../../harness/observation.ts'
import { fixtureBlockHash, hashOfLogs, rootAfter } from '../roots.ts'
import type { Engines } from '../verdict.ts'
import type { StateCase } from './fixture.ts'

type Outcome = {
  readonly stateRoot: Hash
  readonly logsHash: Hash
  /** The name of why the transaction was not valid. */
  readonly exception: string | undefined
  /** How it ended, for whoever looks for the cause of a difference. */
  readonly summary: string
}

/** Runs a case through decoder, router and an engine. Returns what differs; nothing when it passes. */
export function differencesOf(engines: Engines, stateCase: StateCase): readonly string[] {
  const { stateRoot, logsHash, exceptions, sender } = stateCase
  const decoded = decodeCase(stateCase)
  if (typeof decoded !== 'string' && sender !== undefined && decoded.sender !== sender) {
    return [`sender is ${decoded.sender}, expected ${sender}`]
  }
  const ran = typeof decoded === 'string' ? decoded : runCase(engines.engine, stateCase, decoded)
  const actual = outcomeOf(stateCase, ran)
  const differences: string[] = []
  if (exceptions.length === 0 ? actual.exception !== undefined : !exceptions.includes(actual.exception ?? '')) {
    differences.push(`exception is ${actual.exception ?? 'none'}, expected ${exceptions.join('|') || 'none'}`)
  }
  if (actual.logsHash !== logsHash) differences.push('logs differ')
  if (actual.stateRoot !== stateRoot) differences.push(`state root differs (${actual.summary})`)
  if (typeof ran === 'string' || typeof decoded === 'string' || engines.oracle === undefined) return differences
  const expected = runCase(engines.oracle, stateCase, decoded)
  return [...differences, ...differencesBetween(engines.oracle.name, observe(expected), observe(ran))]
}

/** The transaction, or the code of what is wrong with its bytes. */
export function decodeCase({ transaction }: StateCase): SignedTransaction | string {
  try {
    return decodeTransaction(transaction)
  } catch (thrown) {
    if (thrown instanceof BaseError) return thrown.code
    throw thrown
  }
}

/** Executes a case's transaction on the state that the case begins with. */
export function runCase(
  { machinesOf, journal }: Engine,
  { pre, rules, block }: StateCase,
  transaction: SignedTransaction,
): TransactionOutcome {
  const machines = machinesOf(rules.hardfork)
  const environment = { rules, block, machines, journal, blockHash: fixtureBlockHash }
  return executeTransaction(environment, viewOf(pre), transaction, 'consensus')
}

/** What a suite compares, of a transaction that ran or of the code of why it could not be decoded. */
function outcomeOf({ pre }: StateCase, ran: TransactionOutcome | string): Outcome {
  if (typeof ran !== 'string' && ran.kind === 'executed') {
    return {
      stateRoot: rootAfter(pre, ran.diff),
      logsHash: hashOfLogs(ran.logs),
      exception: undefined,
      summary: `${ran.haltReason ?? ran.status}, gas used ${ran.gasUsed}`,
    }
  }
  const exception = typeof ran === 'string' ? ran : ran.rejection.code
  return { stateRoot: rootAfter(pre, []), logsHash: hashOfLogs([]), exception, summary: 'rejected' }
}

import type { Hash, SignedTransaction } from '../../../src/primitives/index.ts'
import { BaseError, decodeTransaction } from '../../../src/primitives/index.ts'
import type { Environment } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import type { Engine } from '../../harness/engines.ts'
import { fixtureBlockHash, hashOfLogs, rootAfter } from '../roots.ts'
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
export function differencesOf(engine: Engine, stateCase: StateCase): readonly string[] {
  const { stateRoot, logsHash, exceptions, sender } = stateCase
  const decoded = decode(stateCase)
  if (typeof decoded !== 'string' && sender !== undefined && decoded.sender !== sender) {
    return [`sender is ${decoded.sender}, expected ${sender}`]
  }
  const actual = typeof decoded === 'string' ? invalid(stateCase, decoded) : execute(engine, stateCase, decoded)
  const differences: string[] = []
  if (exceptions.length === 0 ? actual.exception !== undefined : !exceptions.includes(actual.exception ?? '')) {
    differences.push(`exception is ${actual.exception ?? 'none'}, expected ${exceptions.join('|') || 'none'}`)
  }
  if (actual.logsHash !== logsHash) differences.push('logs differ')
  if (actual.stateRoot !== stateRoot) differences.push(`state root differs (${actual.summary})`)
  return differences
}

/** The transaction, or the code of what is wrong with its bytes. */
function decode({ transaction }: StateCase): SignedTransaction | string {
  try {
    return decodeTransaction(transaction)
  } catch (thrown) {
    if (thrown instanceof BaseError) return thrown.code
    throw thrown
  }
}

function invalid({ pre }: StateCase, exception: string): Outcome {
  return { stateRoot: rootAfter(pre, []), logsHash: hashOfLogs([]), exception, summary: 'rejected' }
}

function execute({ machinesOf, journal }: Engine, stateCase: StateCase, transaction: SignedTransaction): Outcome {
  const { pre, rules, block } = stateCase
  const environment: Environment = {
    rules,
    block,
    machines: machinesOf(rules.hardfork),
    journal,
    blockHash: fixtureBlockHash,
  }
  const outcome = executeTransaction(environment, viewOf(pre), transaction, 'consensus')
  if (outcome.kind === 'rejected') return invalid(stateCase, outcome.rejection.code)
  return {
    stateRoot: rootAfter(pre, outcome.diff),
    logsHash: hashOfLogs(outcome.logs),
    exception: undefined,
    summary: `${outcome.haltReason ?? outcome.status}, gas used ${outcome.gasUsed}`,
  }
}

import { createReferenceEvm, referencePrecompiles } from '../../../src/evm/index.ts'
import type { Hardfork, Hash, Log, SignedTransaction } from '../../../src/primitives/index.ts'
import { BaseError, decodeTransaction, fromHex, keccakHash, rlpEncode } from '../../../src/primitives/index.ts'
import type { Environment, Machines } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import type { StateDiff } from '../../../src/state/index.ts'
import { createJournal, createOverlay, emptyView, stateRootOf, viewOf } from '../../../src/state/index.ts'
import type { VmEngine } from '../../../src/vm/index.ts'
import type { StateCase } from './fixture.ts'

type Outcome = {
  readonly stateRoot: Hash
  readonly logsHash: Hash
  /** The name of why the transaction was not valid. */
  readonly exception: string | undefined
  /** How it ended, for whoever looks for the cause of a difference. */
  readonly summary: string
}

/** Runs a case through decoder, router, journal and the reference EVM. Returns what differs; nothing when it passes. */
export function differencesOf(stateCase: StateCase): readonly string[] {
  const { stateRoot, logsHash, exceptions, sender } = stateCase
  const decoded = decode(stateCase)
  if (typeof decoded !== 'string' && sender !== undefined && decoded.sender !== sender) {
    return [`sender is ${decoded.sender}, expected ${sender}`]
  }
  const actual = typeof decoded === 'string' ? invalid(stateCase, decoded) : execute(stateCase, decoded)
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

function execute(stateCase: StateCase, transaction: SignedTransaction): Outcome {
  const { pre, rules, block } = stateCase
  const environment: Environment = {
    rules,
    block,
    machines: machinesOf(rules.hardfork),
    journal: createJournal(),
    // The suite's rule: a block's hash is that of its number, written in decimal.
    blockHash: (number) => keccakHash(new TextEncoder().encode(number.toString())),
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

function rootAfter(pre: StateDiff, diff: StateDiff): Hash {
  const overlay = createOverlay(emptyView)
  overlay.apply(pre)
  overlay.apply(diff)
  return stateRootOf(overlay.diff())
}

function hashOfLogs(logs: readonly Log[]): Hash {
  return keccakHash(rlpEncode(logs.map(({ address, topics, data }) => [fromHex(address), topics.map(fromHex), data])))
}

const machines = new Map<Hardfork, Machines>()

function machinesOf(hardfork: Hardfork): Machines {
  const known = machines.get(hardfork)
  if (known !== undefined) return known
  const made = { evm: createReferenceEvm(hardfork), wasm: noWasm, precompiles: referencePrecompiles(hardfork) }
  machines.set(hardfork, made)
  return made
}

/** The suites know EVM code only. */
const noWasm: VmEngine = {
  kind: 'wasm',
  validate: () => ({ reason: 'no wasm in state tests', offset: 0 }),
  execute: () => {
    throw new Error('a state test runs wasm')
  },
}

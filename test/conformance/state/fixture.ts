import type { Bytes, Hash, Rules } from '../../../src/primitives/index.ts'
import { fromHex, rulesOf, toAddress, toHash } from '../../../src/primitives/index.ts'
import { blobBaseFee } from '../../../src/router/index.ts'
import type { StateDiff } from '../../../src/state/index.ts'
import type { BlockContext } from '../../../src/vm/index.ts'
import type { FixtureAccounts } from '../fixtureJson.ts'
import { hasFields, readObject, stateOf } from '../fixtureJson.ts'
import { FIXTURE_FORKS } from '../forks.ts'

/**
 * The state test format, as far as we read it: https://eest.ethereum.org, "State Tests". A file holds tests, a test holds
 * per fork a list of variants, each with the transaction's bytes and what they must lead to.
 */
type FixtureTest = {
  readonly env: Readonly<Record<string, string>>
  readonly pre: FixtureAccounts
  readonly transaction: { readonly sender?: string }
  readonly post: Readonly<Record<string, readonly FixtureExpectation[]>>
  readonly config?: { readonly chainid?: string }
}

type FixtureExpectation = {
  readonly hash: string
  readonly logs: string
  readonly txbytes?: string
  readonly expectException?: string
}

/** One transaction on one state under one fork, and what must come of it. */
export type StateCase = {
  /** `<test> <fork>[<index>]`. */
  readonly name: string
  readonly rules: Rules
  readonly block: BlockContext
  readonly pre: StateDiff
  readonly transaction: Bytes
  readonly sender: string | undefined
  readonly stateRoot: Hash
  readonly logsHash: Hash
  /** The names of which the rejection must be one; empty when the transaction is valid. */
  readonly exceptions: readonly string[]
}

/** A case, or why there is none. */
export type Loaded =
  | { readonly kind: 'case'; readonly stateCase: StateCase }
  | { readonly kind: 'skip'; readonly name: string; readonly reason: string }

/** All cases of a file, of every fork or of the one that is named as fixtures name it. */
export function loadCases(path: string, onlyFork: string | undefined): readonly Loaded[] {
  return Object.entries(readObject(path)).flatMap(([name, test]): readonly Loaded[] =>
    isStateTest(test)
      ? casesOf(name, test, onlyFork)
      : [{ kind: 'skip', name, reason: 'not a state test: it lacks env, pre, post or transaction' }],
  )
}

function isStateTest(value: unknown): value is FixtureTest {
  return hasFields(value, ['env', 'pre', 'post', 'transaction'])
}

function casesOf(testName: string, test: FixtureTest, onlyFork: string | undefined): readonly Loaded[] {
  const pre = stateOf(test.pre)
  return Object.entries(test.post)
    .filter(([fork]) => onlyFork === undefined || fork === onlyFork)
    .flatMap(([fork, expectations]) =>
      expectations.map((expected, index) => caseOf(`${testName} ${fork}[${index}]`, fork, test, pre, expected)),
    )
}

function caseOf(
  name: string,
  fork: string,
  test: FixtureTest,
  pre: StateDiff,
  { hash, logs, txbytes, expectException }: FixtureExpectation,
): Loaded {
  const hardfork = FIXTURE_FORKS.get(fork)
  if (hardfork === undefined) return { kind: 'skip', name, reason: `fork ${fork} is not one of ours` }
  if (txbytes === undefined) return { kind: 'skip', name, reason: 'the fixture has no transaction bytes' }
  const rules = rulesOf(hardfork)
  const stateCase: StateCase = {
    name,
    rules,
    block: blockOf(rules, test),
    pre,
    transaction: fromHex(txbytes),
    sender: test.transaction.sender?.toLowerCase(),
    stateRoot: toHash(hash),
    logsHash: toHash(logs),
    exceptions: expectException?.split('|').map((exception) => exception.replace(/^TransactionException\./, '')) ?? [],
  }
  return { kind: 'case', stateCase }
}

function blockOf(rules: Rules, { env, config }: FixtureTest): BlockContext {
  const quantity = (name: string): bigint => BigInt(env[name] ?? 0)
  const randomness = quantity('currentRandom' in env ? 'currentRandom' : 'currentDifficulty')
  return {
    number: quantity('currentNumber'),
    timestampSeconds: quantity('currentTimestamp'),
    gasLimit: quantity('currentGasLimit'),
    baseFeeWei: rules.hasBaseFee ? quantity('currentBaseFee') : 0n,
    blobBaseFeeWei: blobBaseFee(rules, quantity('currentExcessBlobGas')),
    coinbase: toAddress(env.currentCoinbase ?? ''),
    prevRandao: toHash(`0x${randomness.toString(16).padStart(64, '0')}`),
    chainId: BigInt(config?.chainid ?? 1),
  }
}

import type { Hardfork, Rules, SignedTransaction } from '../../../src/primitives/index.ts'
import {
  BaseError,
  decodeTransaction,
  EMPTY_CODE_HASH,
  fromHex,
  isAtLeast,
  rulesOf,
} from '../../../src/primitives/index.ts'
import { checkForm, checkSender, intrinsicGas } from '../../../src/router/index.ts'
import type { Journal, StateView } from '../../../src/state/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import type { Json } from '../fixtureJson.ts'
import { isObject, quantityOf, readObject, textOf } from '../fixtureJson.ts'
import { FIXTURE_FORKS } from '../forks.ts'
import type { Engines, Job, Verdict } from '../verdict.ts'
import { verdictOf } from '../verdict.ts'

/** The chain that all of the suite's transactions are for. */
const CHAIN_ID = 1n

/**
 * Runs every test of a file of TransactionTests: a transaction's bytes, and for each fork whether they are a transaction, from whom, and
 * what it costs before it runs. Source: https://ethereum-tests.readthedocs.io, "Transaction Tests".
 */
export function runTransactionTests({ engine }: Engines, { path, fork }: Job): readonly Verdict[] {
  return Object.entries(readObject(path)).flatMap(([name, test]) =>
    isObject(test) && isObject(test.result) ? verdictsOf(engine.journal, name, test, test.result, fork) : [],
  )
}

function verdictsOf(
  journal: Journal,
  name: string,
  test: Json,
  results: Json,
  onlyFork: string | undefined,
): readonly Verdict[] {
  const raw = fromHex(textOf(test, 'txbytes'))
  return Object.entries(results).flatMap(([fork, expected]): readonly Verdict[] => {
    if (onlyFork !== undefined && fork !== onlyFork) return []
    const hardfork = FIXTURE_FORKS.get(fork)
    if (hardfork === undefined || !isObject(expected)) return [unknown(`${name} ${fork}`)]
    return [verdict(`${name} ${fork}`, hardfork, expected, refusedOr(journal, rulesOf(hardfork), raw))]
  })
}

function unknown(name: string): Verdict {
  return { status: 'skipped', name, detail: 'a fork that this suite has no rules for' }
}

/** The transaction, or the code of why not even the richest sender can buy its gas. */
function refusedOr(journal: Journal, rules: Rules, raw: Uint8Array): SignedTransaction | string {
  try {
    const transaction = decodeTransaction(raw)
    const form = checkForm(rules, CHAIN_ID, transaction, 'consensus')
    if (form !== undefined) return form.code
    journal.begin(richest(transaction))
    // The suite asks for the price of the gas alone: a value is a question of the state.
    return checkSender(journal, { ...transaction, valueWei: 0n }, 'consensus')?.code ?? transaction
  } catch (thrown) {
    if (thrown instanceof BaseError) return thrown.code
    throw thrown
  }
}

/** A state in which the sender owns as much as an account can. */
function richest({ sender, nonce }: SignedTransaction): StateView {
  const account = { nonce, balanceWei: 2n ** 256n - 1n, codeHash: EMPTY_CODE_HASH }
  return viewOf([{ address: sender, account, code: undefined, storageReset: false, storage: [] }])
}

function verdict(name: string, hardfork: Hardfork, expected: Json, actual: SignedTransaction | string): Verdict {
  const exception = 'exception' in expected ? textOf(expected, 'exception') : undefined
  const known = knownDifference(hardfork, exception, actual)
  if (known !== undefined) return { status: 'skipped', name, detail: known }
  if (typeof actual === 'string') {
    return verdictOf(name, exception === undefined ? [`refused as ${actual}, expected a transaction`] : [])
  }
  if (exception !== undefined) return verdictOf(name, [`taken, expected ${exception}`])
  const { gas } = intrinsicGas(rulesOf(hardfork), actual)
  const differences = [
    ...different('sender', actual.sender, textOf(expected, 'sender')),
    ...different('hash', actual.hash, textOf(expected, 'hash')),
    ...different('intrinsic gas', gas, quantityOf(expected, 'intrinsicGas')),
  ]
  return verdictOf(name, differences)
}

function different<value>(what: string, actual: value, expected: value): readonly string[] {
  return actual === expected ? [] : [`${what} is ${actual}, expected ${expected}`]
}

/**
 * What the decoder does otherwise by design: it has one form for all forks, for no chain of ours begins before Cancun. A signature must
 * have a low s (EIP-2) and may name its chain (EIP-155) under every fork.
 */
function knownDifference(
  hardfork: Hardfork,
  exception: string | undefined,
  actual: SignedTransaction | string,
): string | undefined {
  if (hardfork === 'frontier' && exception === undefined && actual === 'INVALID_SIGNATURE_VRS') {
    return 'a high s, valid until Homestead, is refused under every fork'
  }
  const isBefore155 = !isAtLeast(hardfork, 'spuriousDragon')
  if (isBefore155 && exception !== undefined && typeof actual !== 'string' && actual.chainId !== undefined) {
    return 'a signature that names its chain (EIP-155) is taken under every fork'
  }
  return undefined
}

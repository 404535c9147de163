import { messageOf, rulesOf, toAddress, toHex, wordToHash } from '../../../src/primitives/index.ts'
import { stateRootOf, viewOf } from '../../../src/state/index.ts'
import type { BlockContext, Execution, Host, Result } from '../../../src/vm/index.ts'
import type { Engine } from '../../harness/engines.ts'
import type { FixtureAccounts, Json } from '../fixtureJson.ts'
import { bytesOf, hasFields, quantityOf, readObject, stateOf, textOf } from '../fixtureJson.ts'
import { fixtureBlockHash, hashOfLogs, rootAfter } from '../roots.ts'
import type { Verdict } from '../verdict.ts'
import { verdictOf } from '../verdict.ts'

/**
 * A VM test: code, run as one frame without a transaction around it, under Frontier's rules. `post` and what goes with it
 * are absent when the frame must halt.
 */
type VmTest = Json & {
  readonly env: Json
  readonly exec: Json
  readonly pre: FixtureAccounts
  readonly post?: FixtureAccounts
}

const RULES = rulesOf('frontier')

/** Runs every test of a file. Source: https://github.com/ethereum/legacytests, VMTests. */
export function runVmTests(engine: Engine, path: string): readonly Verdict[] {
  return Object.entries(readObject(path)).map(([name, test]): Verdict => {
    if (!isVmTest(test)) return { status: 'skipped', name, detail: 'not a VM test: it lacks env, exec or pre' }
    try {
      return verdictOf(name, differencesOf(engine, test))
    } catch (thrown) {
      return { status: 'failed', name, detail: `the node would have stopped: ${messageOf(thrown)}` }
    }
  })
}

function isVmTest(value: unknown): value is VmTest {
  return hasFields(value, ['env', 'exec', 'pre'])
}

function differencesOf({ machinesOf, journal }: Engine, test: VmTest): readonly string[] {
  const pre = stateOf(test.pre)
  journal.begin(viewOf(pre))
  const result = machinesOf('frontier').evm.execute(
    executionOf(test),
    bytesOf(test.exec, 'code'),
    hostOf(test, journal),
  )
  if (test.post === undefined) return result.status === 'halt' ? [] : [`${result.status}, expected a halt`]
  if (result.status !== 'success') return [`${describe(result)}, expected success`]

  const { diff, logs } = journal.finish(RULES)
  const differences: string[] = []
  const compare = (what: string, actual: string | bigint, expected: string | bigint): void => {
    if (actual !== expected) differences.push(`${what} is ${actual}, expected ${expected}`)
  }
  compare('gas left', result.gasLeft, quantityOf(test, 'gas'))
  compare('output', toHex(result.output), textOf(test, 'out'))
  compare('logs hash', hashOfLogs(logs), textOf(test, 'logs'))
  compare('state root', rootAfter(pre, diff), stateRootOf(stateOf(test.post)))
  return differences
}

function describe(result: Result): string {
  return result.status === 'halt' ? `halt, ${result.reason}` : result.status
}

function executionOf({ exec }: VmTest): Execution {
  const recipient = toAddress(textOf(exec, 'address'))
  return {
    kind: 'call',
    caller: toAddress(textOf(exec, 'caller')),
    recipient,
    codeAddress: recipient,
    valueWei: quantityOf(exec, 'value'),
    input: bytesOf(exec, 'data'),
    gasLimit: quantityOf(exec, 'gas'),
    depth: 0,
    isStatic: false,
  }
}

function hostOf({ env, exec }: VmTest, journal: Engine['journal']): Host {
  const block: BlockContext = {
    number: quantityOf(env, 'currentNumber'),
    timestampSeconds: quantityOf(env, 'currentTimestamp'),
    gasLimit: quantityOf(env, 'currentGasLimit'),
    baseFeeWei: 0n,
    blobBaseFeeWei: 0n,
    coinbase: toAddress(textOf(env, 'currentCoinbase')),
    prevRandao: wordToHash(quantityOf(env, 'currentDifficulty')),
    chainId: 1n,
  }
  return {
    journal,
    rules: RULES,
    block,
    transaction: {
      origin: toAddress(textOf(exec, 'origin')),
      gasPriceWei: quantityOf(exec, 'gasPrice'),
      blobVersionedHashes: [],
    },
    blockHash: fixtureBlockHash,
    mustRoute: () => true,
    call: () => {
      throw new Error('a VM test opens a second frame')
    },
  }
}

import type { Address, Hash, Transaction } from '../../src/primitives/index.ts'
import {
  EMPTY_CODE_HASH,
  fromHex,
  keccakHash,
  messageOf,
  rulesOf,
  toHash,
  toHex,
  wordToHash,
} from '../../src/primitives/index.ts'
import type { Environment, Machines } from '../../src/router/index.ts'
import { executeTransaction } from '../../src/router/index.ts'
import type { AccountDiff, StateOverlay } from '../../src/state/index.ts'
import { createOverlay, viewOf } from '../../src/state/index.ts'
import type { BlockContext, Execution, Result, VmEngine } from '../../src/vm/index.ts'
import type { Engine } from '../harness/engines.ts'
import type { Observation } from '../harness/observation.ts'
import { differencesBetween, observe } from '../harness/observation.ts'
import { addr } from '../harness/world.ts'
import type { Scenario, ScenarioCall, ScenarioContract } from './scenario.ts'
import { contractAddress, SENDER } from './scenario.ts'

const BLOCK: BlockContext = {
  number: 1_000n,
  timestampSeconds: 1_700_000_000n,
  gasLimit: 30_000_000n,
  baseFeeWei: 7n,
  blobBaseFeeWei: 3n,
  coinbase: addr(0xc0),
  prevRandao: toHash(`0x${'a5'.repeat(32)}`),
  chainId: 31_337n,
}

const GAS_PRICE_WEI = 10n

/**
 * What is to be seen of each of a scenario's transactions, every frame included, and whether it ends otherwise when nobody looks: an
 * engine may then run calls between contracts of its own kind by itself. A crash is an observation too.
 */
export function runScenario(engine: Engine, scenario: Scenario): readonly Observation[] {
  const overlay = createOverlay(viewOf(stateOf(scenario.contracts)))
  return scenario.transactions.map((call) => runCall(engine, scenario, overlay, call))
}

function runCall(engine: Engine, { hardfork }: Scenario, overlay: StateOverlay, call: ScenarioCall): Observation {
  const rules = rulesOf(hardfork)
  const frames: string[] = []
  const environment: Environment = {
    rules,
    block: { ...BLOCK, baseFeeWei: rules.hasBaseFee ? BLOCK.baseFeeWei : 0n },
    machines: recording(engine.machinesOf(hardfork), frames),
    journal: engine.journal,
    blockHash: recentHash,
  }
  const nonce = overlay.account(SENDER)?.nonce ?? 0n
  try {
    const transaction = transactionOf(environment, call, nonce)
    const outcome = executeTransaction(environment, overlay, transaction, 'consensus')
    const observation = observe(outcome)
    const unwatched = { ...environment, machines: engine.machinesOf(hardfork) }
    const alone = observe(executeTransaction(unwatched, overlay, transaction, 'consensus'))
    if (outcome.kind === 'executed') overlay.apply(outcome.diff)
    const differences = differencesBetween('frames seen and not seen', observation, alone)
    return new Map([...observation, ['frames', frames.join('\n')], ['not seen', differences.join('\n')]])
  } catch (thrown) {
    return new Map([['crash', messageOf(thrown)]])
  }
}

/** Machines that note how each frame ended: a difference is seen where it happens, even when its caller swallows it. */
function recording({ evm, wasm, precompiles }: Machines, frames: string[]): Machines {
  return { evm: recorded(evm, frames), wasm: recorded(wasm, frames), precompiles, seesEveryFrame: true }
}

function recorded(engine: VmEngine, frames: string[]): VmEngine {
  return {
    kind: engine.kind,
    validate: (code, gasLimit, rules) => engine.validate(code, gasLimit, rules),
    execute(execution, code, host) {
      const result = engine.execute(execution, code, host)
      frames.push(frameText(execution, result))
      return result
    },
  }
}

function frameText({ depth, kind, codeAddress, gasLimit, isStatic }: Execution, result: Result): string {
  const end =
    result.status === 'halt' ? result.reason : `${result.status} gas left ${result.gasLeft} ${toHex(result.output)}`
  return `${depth} ${kind}${isStatic ? ' static' : ''} ${codeAddress} gas ${gasLimit}: ${end}`
}

function transactionOf({ rules, block }: Environment, call: ScenarioCall, nonce: bigint): Transaction {
  const { to, data, valueWei, gasLimit, declares } = call
  const type = rules.hasAccessLists && declares.length > 0 ? 1 : 0
  return {
    type,
    chainId: block.chainId,
    sender: SENDER,
    nonce,
    gasLimit,
    to: to === 'create' ? undefined : contractAddress(to),
    valueWei,
    data: fromHex(data),
    maxFeePerGasWei: GAS_PRICE_WEI,
    maxPriorityFeePerGasWei: GAS_PRICE_WEI,
    accessList:
      type === 0
        ? []
        : declares.map((index) => ({ address: contractAddress(index), storageKeys: [wordToHash(0n), wordToHash(1n)] })),
    maxFeePerBlobGasWei: 0n,
    blobVersionedHashes: [],
    authorizations: [],
  }
}

function stateOf(contracts: readonly ScenarioContract[]): readonly AccountDiff[] {
  return [
    accountDiff(SENDER, { code: '0x', balanceWei: 10n ** 20n, storage: [] }, 0n),
    ...contracts.map((contract, index) => accountDiff(contractAddress(index), contract, 1n)),
  ]
}

function accountDiff(address: Address, { code, balanceWei, storage }: ScenarioContract, nonce: bigint): AccountDiff {
  const bytes = fromHex(code)
  const hasCode = bytes.length > 0
  return {
    address,
    account: { nonce, balanceWei, codeHash: hasCode ? keccakHash(bytes) : EMPTY_CODE_HASH },
    code: hasCode ? bytes : undefined,
    storageReset: false,
    storage,
  }
}

/** Any hash will do, if it is another for each of the last 256 blocks. */
function recentHash(number: bigint): Hash | undefined {
  return number < BLOCK.number && number + 256n >= BLOCK.number ? wordToHash((number << 200n) | 0xb10cn) : undefined
}

import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { concatBytes, isAtLeast, toHex, wordToBytes } from '../../../src/primitives/index.ts'
import { Random } from '../random.ts'
import type { Scenario, ScenarioCall, ScenarioContract } from '../scenario.ts'
import { mutated, randomProgram, stockedProgram, structuredProgram } from './programs.ts'
import { WASM_CONTRACTS } from './wasmContracts.ts'
import { anyWord } from './words.ts'

const EVM_CONTRACTS = 3
const CONTRACTS = EVM_CONTRACTS + WASM_CONTRACTS.length

/** Which forks a run tries, and how often. */
export const FORK_WEIGHTS: readonly (readonly [weight: number, Hardfork])[] = [
  [8, 'osaka'],
  [3, 'prague'],
  [3, 'cancun'],
  [2, 'shanghai'],
  [1, 'paris'],
  [2, 'london'],
  [2, 'berlin'],
  [2, 'istanbul'],
  [1, 'petersburg'],
  [1, 'constantinople'],
  [1, 'byzantium'],
  [1, 'spuriousDragon'],
  [1, 'tangerineWhistle'],
  [1, 'homestead'],
  [1, 'frontier'],
]

/** The case that `seed` and `index` name: always the same one. */
export function generateScenario(seed: number, index: number, hardforks = FORK_WEIGHTS): Scenario {
  const random = new Random(seed, index)
  const hardfork = random.weighted(hardforks)
  const evm = Array.from({ length: EVM_CONTRACTS }, (_, position) =>
    contract(random, position > 0 && random.oneIn(2) ? new Uint8Array(0) : program(random, hardfork)),
  )
  // WASM contracts have London's prices and refunds on every fork, which the refund counter of older ones does not survive.
  const wasm = isAtLeast(hardfork, 'london') ? WASM_CONTRACTS : WASM_CONTRACTS.map(() => new Uint8Array(0))
  const contracts = [...evm, ...wasm.map((code) => contract(random, code))]
  return { hardfork, contracts, transactions: transactions(random, hardfork) }
}

function program(random: Random, hardfork: Hardfork): Bytes {
  const structured = (): Bytes => structuredProgram(random, hardfork, CONTRACTS)
  const make = random.weighted<() => Bytes>([
    [14, structured],
    [3, () => mutated(random, structured())],
    [2, () => stockedProgram(random)],
    [1, () => randomProgram(random)],
  ])
  return make()
}

function contract(random: Random, code: Bytes): ScenarioContract {
  const slots = random.oneIn(2) ? [0n, 1n, 2n].filter(() => random.oneIn(2)) : []
  return {
    code: toHex(code),
    balanceWei: random.oneIn(3) ? 0n : BigInt(random.below(5)),
    storage: slots.map((slot) => [slot, random.oneIn(2) ? 1n : anyWord(random) || 1n] as const),
  }
}

/** A call or creation; sometimes the same again, on what the first one left and with gas for a part of it. */
function transactions(random: Random, hardfork: Hardfork): readonly ScenarioCall[] {
  const isCreation = random.oneIn(12)
  const data = isCreation ? program(random, hardfork) : callData(random)
  const first: ScenarioCall = {
    to: isCreation ? 'create' : random.oneIn(8) ? random.below(CONTRACTS) : 0,
    data: toHex(data),
    valueWei: random.oneIn(4) ? BigInt(random.below(3)) : 0n,
    gasLimit: gasLimit(random),
    declares: random.oneIn(5) ? [random.below(CONTRACTS)] : [],
  }
  return random.oneIn(4) ? [first, { ...first, gasLimit: gasLimit(random) }] : [first]
}

/** Room for the call data, then little, some or much. */
function gasLimit(random: Random): bigint {
  const room = 60_000
  const more = random.weighted<() => number>([
    [2, () => random.below(3_000)],
    [4, () => random.below(100_000)],
    [4, () => random.below(300_000)],
  ])
  return BigInt(room + more())
}

function callData(random: Random): Bytes {
  const words = random.below(4)
  return concatBytes(
    ...Array.from({ length: words }, () => wordToBytes(anyWord(random))),
    random.bytes(random.oneIn(3) ? random.below(32) : 0),
  )
}

import type { Bytes, Hex } from '../../src/primitives/index.ts'
import { concatBytes, fromHex, toHex } from '../../src/primitives/index.ts'
import type { Scenario, ScenarioCall, ScenarioContract } from './scenario.ts'

/** Tries at most; a try is a run on all engines. */
const MAX_TRIES = 20_000

const JUMPDEST = 0x5b

/**
 * A smaller scenario for which `fails` still holds: fewer transactions, contracts without code, storage or balance, and
 * of every code and call data as few bytes as can be. Source: A. Zeller and R. Hildebrandt, "Simplifying and Isolating
 * Failure-Inducing Input" (2002).
 */
export function minimized(scenario: Scenario, fails: (candidate: Scenario) => boolean): Scenario {
  let best = scenario
  let tries = 0
  /** Takes `candidate` in place of the best when it still fails. */
  const accept = (candidate: Scenario): boolean => {
    tries += 1
    if (tries > MAX_TRIES || !fails(candidate)) return false
    best = candidate
    return true
  }
  for (let before = ''; before !== textOf(best) && tries < MAX_TRIES; ) {
    before = textOf(best)
    for (const part of ['transactions', 'contracts'] as const) shrinkParts(part, () => best, accept)
    best.contracts.forEach((_, index) => {
      shrinkBytes(
        () => best.contracts[index]?.code ?? '0x',
        (code) => accept(withContract(best, index, { code })),
      )
    })
    best.transactions.forEach((_, index) => {
      shrinkBytes(
        () => best.transactions[index]?.data ?? '0x',
        (data) => accept(withCall(best, index, { data })),
      )
    })
  }
  return best
}

function textOf(scenario: Scenario): string {
  return JSON.stringify(scenario, (_key, value) => (typeof value === 'bigint' ? value.toString() : value))
}

function withContract(scenario: Scenario, index: number, parts: Partial<ScenarioContract>): Scenario {
  const contracts = scenario.contracts.map((contract, at) => (at === index ? { ...contract, ...parts } : contract))
  return { ...scenario, contracts }
}

function withCall(scenario: Scenario, index: number, parts: Partial<ScenarioCall>): Scenario {
  const transactions = scenario.transactions.map((call, at) => (at === index ? { ...call, ...parts } : call))
  return { ...scenario, transactions }
}

/** Drops transactions; empties contracts; makes the rest plain. */
function shrinkParts(
  part: 'transactions' | 'contracts',
  best: () => Scenario,
  accept: (candidate: Scenario) => boolean,
): void {
  for (let index = best()[part].length - 1; index >= 0; index -= 1) {
    if (part === 'transactions') {
      const fewer = best().transactions.filter((_, at) => at !== index)
      if (fewer.length > 0 && accept({ ...best(), transactions: fewer })) continue
      accept(withCall(best(), index, { valueWei: 0n }))
      accept(withCall(best(), index, { declares: [] }))
      for (const gasLimit of [100_000n, 1_000_000n]) if (accept(withCall(best(), index, { gasLimit }))) break
    } else {
      // A contract's place is its address, so only the last one can go.
      const isLast = index === best().contracts.length - 1
      if (isLast && accept({ ...best(), contracts: best().contracts.slice(0, -1) })) continue
      accept(withContract(best(), index, { code: '0x' }))
      accept(withContract(best(), index, { storage: [] }))
      accept(withContract(best(), index, { balanceWei: 0n }))
    }
  }
}

/** Takes chunks out of some bytes, large ones first; where that moves too much, puts JUMPDESTs in their place. */
function shrinkBytes(current: () => Hex, accept: (hex: Hex) => boolean): void {
  for (let size = Math.max(1, current().length >> 2); size >= 1; size >>= 1) {
    for (let at = 0; at < fromHex(current()).length; ) {
      const bytes = fromHex(current())
      if (accept(toHex(cut(bytes, at, size, [])))) continue
      const chunk = bytes.subarray(at, at + size)
      if (chunk.some((byte) => byte !== JUMPDEST)) {
        accept(toHex(cut(bytes, at, size, new Array<number>(chunk.length).fill(JUMPDEST))))
      }
      at += size
    }
  }
}

function cut(bytes: Bytes, at: number, size: number, instead: readonly number[]): Bytes {
  return concatBytes(bytes.subarray(0, at), Uint8Array.from(instead), bytes.subarray(at + size))
}

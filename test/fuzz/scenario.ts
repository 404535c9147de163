import type { Address, Hardfork, Hex } from '../../src/primitives/index.ts'
import { addr } from '../harness/world.ts'

/**
 * What one fuzz case runs: a few contracts, and transactions on them one after the other. Plain data that reads back as
 * the source text of a test case.
 */
export type Scenario = {
  readonly hardfork: Hardfork
  /** The contract at index i lives at {@link contractAddress} i. */
  readonly contracts: readonly ScenarioContract[]
  readonly transactions: readonly ScenarioCall[]
}

export type ScenarioContract = {
  readonly code: Hex
  readonly balanceWei: bigint
  readonly storage: readonly (readonly [slot: bigint, value: bigint])[]
}

export type ScenarioCall = {
  /** The contract that is called; `create` runs `data` as init code. */
  readonly to: number | 'create'
  readonly data: Hex
  readonly valueWei: bigint
  readonly gasLimit: bigint
  /** EIP-2930: contracts whose slots 0 and 1 are declared in advance. Ignored by forks without access lists. */
  readonly declares: readonly number[]
}

/** Addresses of two bytes keep programs short. */
const FIRST_CONTRACT = 0xc001

/** Pays for everything. */
export const SENDER = addr(0x5e4d)

/** Where a scenario's contracts live. */
export function contractAddress(index: number): Address {
  return addr(FIRST_CONTRACT + index)
}

/** {@link contractAddress} as a word of the EVM. */
export function contractWord(index: number): bigint {
  return BigInt(FIRST_CONTRACT + index)
}

import type { Hardfork } from '../primitives/index.ts'

/** What SSTORE costs and gives back. Source: Yellow Paper appendix G; EIPs 1283, 2200, 2929, 3529. */
export type StorePrices = {
  /** Net metering: the price depends on the value at the start of the transaction, too. */
  readonly isNet: boolean
  /** SSTORE fails with this much gas left, or less. */
  readonly sentryGas: number
  /** The slot has that value already. */
  readonly noopGas: number
  /** The slot was changed before in this transaction. */
  readonly dirtyGas: number
  /** The slot was 0 and will not be. */
  readonly setGas: number
  /** The slot was not 0. */
  readonly resetGas: number
  /** For a slot that becomes 0, and taken back when it does not stay so. */
  readonly clearRefundGas: number
  /** For a slot that is 0 again, as at the start. */
  readonly unsetRefundGas: number
  /** For a slot that is again what it was at the start, not 0. */
  readonly restoreRefundGas: number
}

/** Prices that depend on operands or state and differ between forks. All in gas. */
export type Prices = {
  /** EIP-2929: accounts and slots are warm or cold. Without it access costs what the opcode table says. */
  readonly hasWarmth: boolean
  readonly coldAccountGas: number
  readonly coldSlotGas: number
  readonly warmAccessGas: number
  readonly expByteGas: number
  /** EIP-3860. */
  readonly initCodeWordGas: number
  readonly store: StorePrices
}

const frontier: Prices = {
  hasWarmth: false,
  coldAccountGas: 0,
  coldSlotGas: 0,
  warmAccessGas: 0,
  expByteGas: 10,
  initCodeWordGas: 0,
  store: {
    isNet: false,
    sentryGas: 0,
    noopGas: 0,
    dirtyGas: 0,
    setGas: 20_000,
    resetGas: 5000,
    clearRefundGas: 15_000,
    unsetRefundGas: 0,
    restoreRefundGas: 0,
  },
}
/** EIP-160. */
const spuriousDragon: Prices = { ...frontier, expByteGas: 50 }
/** EIP-1283. */
const constantinople: Prices = {
  ...spuriousDragon,
  store: {
    ...spuriousDragon.store,
    isNet: true,
    noopGas: 200,
    dirtyGas: 200,
    unsetRefundGas: 19_800,
    restoreRefundGas: 4800,
  },
}
/** EIP-1716 takes EIP-1283 back. */
const petersburg: Prices = spuriousDragon
/** EIP-2200. */
const istanbul: Prices = {
  ...constantinople,
  store: {
    ...constantinople.store,
    sentryGas: 2300,
    noopGas: 800,
    dirtyGas: 800,
    unsetRefundGas: 19_200,
    restoreRefundGas: 4200,
  },
}
/** EIP-2929. */
const berlin: Prices = {
  ...istanbul,
  hasWarmth: true,
  coldAccountGas: 2600,
  coldSlotGas: 2100,
  warmAccessGas: 100,
  store: {
    ...istanbul.store,
    noopGas: 100,
    dirtyGas: 100,
    resetGas: 2900,
    unsetRefundGas: 19_900,
    restoreRefundGas: 2800,
  },
}
/** EIP-3529. */
const london: Prices = { ...berlin, store: { ...berlin.store, clearRefundGas: 4800 } }
const shanghai: Prices = { ...london, initCodeWordGas: 2 }

const table: Readonly<Record<Hardfork, Prices>> = {
  frontier,
  homestead: frontier,
  tangerineWhistle: frontier,
  spuriousDragon,
  byzantium: spuriousDragon,
  constantinople,
  petersburg,
  istanbul,
  berlin,
  london,
  paris: london,
  shanghai,
  cancun: shanghai,
  prague: shanghai,
  osaka: shanghai,
}

/** The prices of `hardfork`. */
export function pricesOf(hardfork: Hardfork): Prices {
  return table[hardfork]
}

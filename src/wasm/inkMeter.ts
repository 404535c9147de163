import { halt } from './frameEnd.ts'
import type { Gas, Ink } from './ink.ts'
import { INK_PER_GAS, toInk } from './ink.ts'
import type { GlobalVariable } from './v8.ts'

const INK_OF_GAS = BigInt(INK_PER_GAS)

/** What an instance has of it. */
export type InkCount = {
  readonly ink: GlobalVariable<bigint>
  /** Takes so much ink, a whole number, and answers 1; or takes all and answers 0. */
  charge(ink: number): number
  /** 1 when so much ink is left, else 0. */
  has(ink: number): number
}

/**
 * A frame's ink as host functions see it. The count itself lives in the i64 global that metered code counts down, so that
 * code and host share it; prices are taken by a function of the module, in a tenth of the time that a bigint needs.
 */
export class InkMeter {
  readonly #count: InkCount

  constructor(count: InkCount) {
    this.#count = count
  }

  get inkLeft(): bigint {
    return this.#count.ink.value
  }

  /** The whole gas in what is left. */
  get gasLeft(): bigint {
    return this.inkLeft / INK_OF_GAS
  }

  /** Takes `price`, or everything and the frame ends out of gas. */
  charge(price: Ink): void {
    if (this.#count.charge(price) === 0) halt('out-of-gas')
  }

  chargeGas(price: Gas): void {
    this.charge(toInk(price))
  }

  /** Ends the frame out of gas unless this much is left; takes nothing. */
  require(amount: Gas): void {
    if (this.#count.has(toInk(amount)) === 0) halt('out-of-gas')
  }

  /** Takes gas for a child frame: no more than is left. */
  lend(gas: bigint): void {
    this.#count.ink.value -= gas * INK_OF_GAS
  }

  /** Gives back gas that a child frame did not use. */
  credit(gas: bigint): void {
    this.#count.ink.value += gas * INK_OF_GAS
  }
}

import { halt } from './frameEnd.ts'
import type { Gas, Ink } from './ink.ts'
import { INK_PER_GAS, toInk } from './ink.ts'
import type { ContractInstance } from './instance.ts'

const INK_OF_GAS = BigInt(INK_PER_GAS)

/**
 * A frame's ink as host functions see it. The count itself lives in the i64 global that metered code counts down, so that
 * code and host share it; prices are taken by a function of the module, in a tenth of the time that a bigint needs.
 */
export class InkMeter {
  readonly #instance: Pick<ContractInstance, 'ink' | 'charge' | 'has'>

  constructor(instance: Pick<ContractInstance, 'ink' | 'charge' | 'has'>) {
    this.#instance = instance
  }

  get inkLeft(): bigint {
    return this.#instance.ink.value
  }

  /** The whole gas in what is left. */
  get gasLeft(): bigint {
    return this.inkLeft / INK_OF_GAS
  }

  /** Takes `price`, or everything and the frame ends out of gas. */
  charge(price: Ink): void {
    if (this.#instance.charge(price) === 0) halt('out-of-gas')
  }

  chargeGas(price: Gas): void {
    this.charge(toInk(price))
  }

  /** Ends the frame out of gas unless this much is left; takes nothing. */
  require(amount: Gas): void {
    if (this.#instance.has(toInk(amount)) === 0) halt('out-of-gas')
  }

  /** Takes gas for a child frame: no more than is left. */
  lend(gas: bigint): void {
    this.#instance.ink.value -= gas * INK_OF_GAS
  }

  /** Gives back gas that a child frame did not use. */
  credit(gas: bigint): void {
    this.#instance.ink.value += gas * INK_OF_GAS
  }
}

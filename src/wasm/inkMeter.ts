import { halt } from './frameEnd.ts'
import type { Gas, Ink } from './ink.ts'
import { ink, toGas, toInk } from './ink.ts'
import type { GlobalVariable } from './v8.ts'

/**
 * A frame's ink as host functions see it. The count itself lives in the i64 global that metered code counts down, so that
 * code and host share it.
 */
export class InkMeter {
  readonly #global: GlobalVariable<bigint>

  constructor(global: GlobalVariable<bigint>) {
    this.#global = global
  }

  get inkLeft(): Ink {
    return ink(this.#global.value)
  }

  get gasLeft(): Gas {
    return toGas(this.inkLeft)
  }

  /** Takes `price`, or everything and the frame ends out of gas. */
  charge(price: Ink): void {
    const left = this.#global.value
    if (left < price) {
      this.#global.value = 0n
      halt('out-of-gas')
    }
    this.#global.value = left - price
  }

  chargeGas(amount: Gas): void {
    this.charge(toInk(amount))
  }

  /** Gives back gas that a child frame did not use. */
  creditGas(amount: Gas): void {
    this.#global.value += toInk(amount)
  }

  /** Ends the frame out of gas unless this much is left; takes nothing. */
  require(amount: Gas): void {
    if (this.inkLeft < toInk(amount)) halt('out-of-gas')
  }
}

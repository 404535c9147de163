import { Address, u256 } from 'evmpp-sdk'
import { ICounter } from './ICounter'

/** A contract in AssemblyScript that uses one in Solidity. */
@contract
class Stepper {
  counter: Address

  constructor(counter: Address) {
    this.counter = counter
  }

  /** Adds so much, so often, in one transaction; returns the number that came of it. */
  step(amount: u256, times: u32): u256 {
    const counter = new ICounter(this.counter)
    for (let i: u32 = 0; i < times; i++) counter.add(amount)
    return counter.number()
  }

  /** Adds, unless the counter refuses; says whether it did. */
  tryStep(amount: u256): bool {
    return new ICounter(this.counter).try_add(amount).success
  }
}

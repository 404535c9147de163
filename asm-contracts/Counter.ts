import { Address, emit, msg, u256 } from 'evmpp-sdk'

/** The number was changed, and by whom. */
@event
class NumberChanged {
  @indexed by: Address
  number: u256
}

/** Keeps a number that anybody may change. The same contract in Solidity: sol-contracts/Counter.sol. */
@contract
export class Counter {
  /** Public state is read like a function: `number()`. */
  number: u256

  setNumber(value: u256): void {
    this.number = value
    emit(new NumberChanged(msg.sender, value))
  }

  increment(): void {
    this.setNumber(this.number + 1)
  }
}

import { Address, emit, msg, require, u256 } from 'evmpp-sdk'

@event
class NumberChanged {
  @indexed by: Address
  number: u256
}

/** A counter in AssemblyScript, run as WebAssembly. Its state lies where Solidity would put it. */
@contract
class Counter {
  owner: Address
  number: u256

  constructor() {
    this.owner = msg.sender
  }

  add(amount: u256): u256 {
    require(!amount.isZero(), 'nothing to add')
    this.number += amount
    emit(new NumberChanged(msg.sender, this.number))
    return this.number
  }
}

import { Address, Bytes32, delegatecall, emit, msg, require, sload, sstore } from 'evmpp-sdk'

// EIP-1967's slots: keccak256('eip1967.proxy.implementation') - 1 and keccak256('eip1967.proxy.admin') - 1. No field of the
// implementation can lie there.
const IMPLEMENTATION = Bytes32('0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc')
const ADMIN = Bytes32('0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103')

@event
class Upgraded {
  @indexed implementation: Address
}

@error
class NotAdmin {
  who: Address
}

/**
 * Runs another contract's code, of either language, on its own storage and balance, and lets its admin change which. Its one
 * function hides a function of the implementation that has the same signature.
 */
@contract
class Proxy {
  /** `data` is called on the implementation at once, in the place of a constructor; empty for none. */
  constructor(implementation: Address, data: Uint8Array) {
    sstore<Address>(ADMIN, msg.sender)
    this.use(implementation)
    if (data.length > 0) delegatecall(implementation, data).orRevert()
  }

  upgradeTo(implementation: Address): void {
    if (msg.sender != sload<Address>(ADMIN)) throw new NotAdmin(msg.sender)
    this.use(implementation)
  }

  /** What is called goes on as it came, and what comes back, or the revert, goes back as it is. */
  @payable
  fallback(data: Uint8Array): Uint8Array {
    return delegatecall(sload<Address>(IMPLEMENTATION), data).orRevert()
  }

  /** Plain value is the implementation's too. */
  @payable
  receive(): void {
    delegatecall(sload<Address>(IMPLEMENTATION), new Uint8Array(0)).orRevert()
  }

  private use(implementation: Address): void {
    require(implementation.codeSize > 0, 'no code there')
    sstore<Address>(IMPLEMENTATION, implementation)
    emit(new Upgraded(implementation))
  }
}

import { Address, Bytes32, call, create, create2, delegatecall, emit, msg, require, staticcall, u256 } from 'evmpp-sdk'

@event
class Deployed {
  @indexed created: Address
}

/** What another contract offers, in whatever language it is written. */
@remote
declare class ICounter {
  @view number(): u256
  setNumber(value: u256): void
  increment(): void
}

/** Calls other contracts: with types, with raw data, with value, and on its own storage. */
@contract
class Caller {
  /** In the slot where `Counter` keeps its number, so that a delegate call to a counter changes this one. */
  number: u256

  /** A typed call; what the callee returns is decoded. */
  @view
  readNumber(counter: Address): u256 {
    return new ICounter(counter).number()
  }

  /** A revert of the callee is passed on as it is. */
  setNumber(counter: Address, value: u256): void {
    new ICounter(counter).setNumber(value)
  }

  /** Increments, then reads what came of it: both calls see one state. */
  incrementAndRead(counter: Address): u256 {
    const target = new ICounter(counter)
    target.increment()
    return target.number()
  }

  /** Raw call data, with all the value that came along; returns what came back. */
  @payable
  forward(target: Address, data: Uint8Array): Uint8Array {
    const result = call(target, data, msg.value)
    require(result.success, 'the call failed')
    return result.data
  }

  /** Says whether the call succeeded; a failure undoes what the callee did, and no more. */
  tryCall(target: Address, data: Uint8Array): bool {
    return call(target, data).success
  }

  @view
  query(target: Address, data: Uint8Array): Uint8Array {
    const result = staticcall(target, data)
    require(result.success, 'the static call failed')
    return result.data
  }

  /** The target's code, this contract's storage. */
  delegate(target: Address, data: Uint8Array): Uint8Array {
    const result = delegatecall(target, data)
    require(result.success, 'the delegate call failed')
    return result.data
  }

  /** Creates a contract of either kind: EVM init code, or a WebAssembly module followed by constructor arguments. */
  @payable
  deploy(initCode: Uint8Array): Address {
    const created = create(initCode, msg.value)
    emit(new Deployed(created))
    return created
  }

  /** Like `deploy`, at an address that only the salt and the init code decide. */
  @payable
  deploy2(initCode: Uint8Array, salt: Bytes32): Address {
    const created = create2(initCode, salt, msg.value)
    emit(new Deployed(created))
    return created
  }
}

// Calls to other contracts, on either machine.

import { bytesOf, decode, Decoder, Encoder, resultDecoder } from './abi'
import * as hooks from './hooks'
import { fail, revertWith } from './revert'
import { u256 } from './u256'
import { Address, Bytes32 } from './values'

/** All the gas that a call may take: 63/64 of what is left. */
const ALL_GAS = u64.MAX_VALUE

/** How a call ended and what it returned: the result, or the revert data. */
export class CallResult {
  constructor(
    readonly success: bool,
    readonly data: Uint8Array,
  ) {}

  /** The text of `Error(string)`; empty when the call succeeded or failed in another way. */
  get reason(): string {
    if (this.success || !this.failedWith(0x08c379a0)) return ''
    return decode<string>(this.data.subarray(4))
  }

  /** The code of `Panic(uint256)`; 0 when the call succeeded or failed in another way. */
  get panicCode(): u32 {
    if (this.success || !this.failedWith(0x4e487b71)) return 0
    return <u32>decode<u256>(this.data.subarray(4)).toU64()
  }

  /** What the call returned. Reverts with what the callee reverted with when it failed. */
  orRevert(): Uint8Array {
    if (!this.success) revertWith(this.data.dataStart, this.data.length)
    return this.data
  }

  /** True when the data begins with the selector of that error: `failedWith(0x08c379a0)` for `Error(string)`. */
  failedWith(selector: u32): bool {
    return !this.success && this.data.length >= 4 && bswap<u32>(load<u32>(this.data.dataStart)) == selector
  }
}

/** How a call of a function that returns a `T` ended. */
export class Attempt<T> extends CallResult {
  /** What the function returned. Reverts when it failed: look at `success` first. */
  get value(): T {
    return decode<T>(this.orRevert())
  }
}

/** Where the node leaves the size of what a call returned. */
const returned: usize = memory.data(4)

function takeReturnData(): usize {
  const size = load<u32>(returned)
  const at = __alloc(size)
  hooks.readReturnData(at, 0, size)
  return at
}

function result(status: i32): CallResult {
  return new CallResult(!status, bytesOf(takeReturnData(), load<u32>(returned)))
}

function wordOrZero(value: u256 | null): usize {
  return value ? changetype<usize>(value) : __alloc(32)
}

/** Calls with raw data; a revert of the callee is a result, not a revert of the caller. */
export function call(target: Address, data: Uint8Array, value: u256 | null = null, gas: u64 = ALL_GAS): CallResult {
  const to = changetype<usize>(target)
  return result(hooks.callContract(to, data.dataStart, data.length, wordOrZero(value), gas, returned))
}

/** Like {@link call}, but nothing the callee does may change state. */
export function staticcall(target: Address, data: Uint8Array, gas: u64 = ALL_GAS): CallResult {
  const to = changetype<usize>(target)
  return result(hooks.staticCallContract(to, data.dataStart, data.length, gas, returned))
}

/** Runs the target's code on this contract's storage, with this call's sender and value. */
export function delegatecall(target: Address, data: Uint8Array, gas: u64 = ALL_GAS): CallResult {
  const to = changetype<usize>(target)
  return result(hooks.delegateCallContract(to, data.dataStart, data.length, gas, returned))
}

/** Creates a contract of either kind from its init code; reverts with the creation's revert data when it fails. */
export function create(initCode: Uint8Array, value: u256 | null = null): Address {
  const created = __alloc(20)
  hooks.create1(initCode.dataStart, initCode.length, wordOrZero(value), created, returned)
  return createdOrBubble(created)
}

/** Like {@link create}, at an address that only this contract, the salt and the init code decide (EIP-1014). */
export function create2(initCode: Uint8Array, salt: Bytes32, value: u256 | null = null): Address {
  const created = __alloc(20)
  const code = initCode.dataStart
  hooks.create2(code, initCode.length, wordOrZero(value), changetype<usize>(salt), created, returned)
  return createdOrBubble(created)
}

function createdOrBubble(created: usize): Address {
  const address = changetype<Address>(created)
  if (address.isZero()) bubble()
  return address
}

/** Reverts with what the callee reverted with. */
function bubble(): void {
  revertWith(takeReturnData(), load<u32>(returned))
}

/** Sends wei and nothing else; reverts with what the recipient reverts with. */
export function transfer(to: Address, value: u256): void {
  if (hooks.callContract(changetype<usize>(to), 0, 0, changetype<usize>(value), ALL_GAS, returned)) bubble()
}

/** Where a stub's call goes, and with what. */
@unmanaged @final
export class Target {
  constructor(
    readonly address: Address,
    readonly value: u256 | null,
    readonly gas: u64,
  ) {}

  /** Calls, and says how that ended. */
  call(message: Encoder, view: bool): i32 {
    const to = changetype<usize>(this.address)
    const from = message.base - 4
    const size = message.tail - from
    return view
      ? hooks.staticCallContract(to, from, size, this.gas, returned)
      : hooks.callContract(to, from, size, wordOrZero(this.value), this.gas, returned)
  }
}

/** What a stub does: calls, passes a revert on, and returns a decoder over what a function that returns a `T` returned. */
export function invoke<T>(target: Target, message: Encoder, view: bool): Decoder {
  if (target.call(message, view)) bubble()
  const size = load<u32>(returned)
  refuseNobody(target, size)
  return resultDecoder<T>(takeReturnData(), size)
}

/** {@link invoke} of a function that returns nothing. */
export function perform(target: Target, message: Encoder, view: bool): void {
  if (target.call(message, view)) bubble()
  refuseNobody(target, load<u32>(returned))
}

/** As in Solidity: a call that returns nothing also succeeds on an account without code, so that is looked at. */
function refuseNobody(target: Target, size: u32): void {
  if (!size && !hooks.accountCodeSize(changetype<usize>(target.address))) fail()
}

/** What a `try_` stub does: calls, and returns how that ended. A call of an account without code fails. */
export function attempt<T>(target: Target, message: Encoder, view: bool): T {
  const failed = target.call(message, view)
  const size = load<u32>(returned)
  const data = bytesOf(takeReturnData(), size)
  return instantiate<T>(!failed && (size || hooks.accountCodeSize(changetype<usize>(target.address))), data)
}

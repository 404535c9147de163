// Calls to other contracts, on either machine.

import { bytesOf, Decoder, decoder, Encoder } from './abi'
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

/** What a call stub does: calls, passes a revert on, and returns a decoder over at least `heads` words. */
export function invoke(target: Address, message: Encoder, value: u256 | null, view: bool, heads: usize): Decoder {
  const to = changetype<usize>(target)
  const from = message.base - 4
  const size = message.tail - from
  const status = view
    ? hooks.staticCallContract(to, from, size, ALL_GAS, returned)
    : hooks.callContract(to, from, size, wordOrZero(value), ALL_GAS, returned)
  if (status) bubble()
  const answer = load<u32>(returned)
  // As in Solidity: a call that returns nothing also succeeds on an account without code, so that is looked at.
  if (!answer && !hooks.accountCodeSize(to)) fail()
  return decoder(takeReturnData(), answer, heads)
}

/**
 * The EVM++ SDK: what an AssemblyScript contract is written with. Solidity's types, storage layout, ABI, events and
 * errors, so that a contract is the same to its callers whichever machine runs it. The guide is docs/contracts.md.
 */

export { decode, encode } from './abi'
export { Attempt, call, CallResult, create, create2, delegatecall, staticcall, transfer } from './call'
export { blobhash, block, blockhash, msg, self, tx } from './context'
export { ecrecover, sha256 } from './crypto'
export { FixedArray } from './fixed'
export { i256 } from './i256'
export { Packed } from './packed'
export { require, revert } from './revert'
export { Mapping, sload, sstore, StorageArray } from './storage'
export { u256 } from './u256'
export { Address, Bytes32, keccak256 } from './values'
export * from './widths'

/** Writes an event to the log. */
export function emit<T>(event: T): void {
  // @ts-ignore: the compiler gives every `@event` class this method
  event.__emit()
}

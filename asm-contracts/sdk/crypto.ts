// What Solidity has as functions and the machine as precompiled contracts. They are called like contracts, so that a module
// that uses them runs wherever `vm_hooks` is offered.

import { encoder } from './abi'
import { readReturnData, staticCallContract } from './hooks'
import { fail } from './revert'
import { Address, Bytes32 } from './values'

const ALL_GAS = u64.MAX_VALUE

/** Where the node leaves the size of what a call returned. */
const returned: usize = memory.data(4)

/** Asks the precompiled contract with that number; its answer begins at the result, zero where it ends before 32 bytes. */
function precompiled(number: u8, from: usize, size: usize): usize {
  const address = __alloc(20)
  store<u8>(address, number, 19)
  if (staticCallContract(address, from, size, ALL_GAS, returned)) fail()
  const word = __alloc(32)
  readReturnData(word, 0, 32)
  return word
}

/**
 * The account whose key signed the hash; the zero address when none did: look before you compare. `s` and its negative
 * are both accepted, so a signature is no identifier.
 */
export function ecrecover(hash: Bytes32, v: u8, r: Bytes32, s: Bytes32): Address {
  const input = encoder(0, 4, 0)
  input.put<Bytes32>(hash)
  input.put<u8>(v)
  input.put<Bytes32>(r)
  input.put<Bytes32>(s)
  return changetype<Address>(precompiled(1, input.base, 128) + 12)
}

/** SHA-256. */
export function sha256(data: Uint8Array): Bytes32 {
  return changetype<Bytes32>(precompiled(2, data.dataStart, data.length))
}

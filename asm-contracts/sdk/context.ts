// Where the contract runs: `msg`, `tx`, `block` and `self`, as in Solidity.

import { bytesOf } from './abi'
import * as hooks from './hooks'
import { Address, Bytes32 } from './values'
import { u256 } from './u256'

/** Where the call data is in memory, and its length. */
let callDataAt: usize = 0
let callDataSize: usize = 0

/** Copies the call data into memory; the entry point does that once. */
export function takeCallData(size: usize): usize {
  callDataAt = __alloc(size)
  callDataSize = size
  hooks.readArgs(callDataAt)
  return callDataAt
}

/** The call that the contract answers. */
export class msg {
  static get sender(): Address {
    const at = __alloc(20)
    hooks.msgSender(at)
    return changetype<Address>(at)
  }

  /** In wei. */
  static get value(): u256 {
    const at = __alloc(32)
    hooks.msgValue(at)
    return changetype<u256>(at)
  }

  /** The whole call data, its selector included. */
  static get data(): Uint8Array {
    return bytesOf(callDataAt, callDataSize)
  }
}

/** The transaction that the call belongs to. */
export class tx {
  static get origin(): Address {
    const at = __alloc(20)
    hooks.txOrigin(at)
    return changetype<Address>(at)
  }

  /** In wei. */
  static get gasPrice(): u256 {
    const at = __alloc(32)
    hooks.txGasPrice(at)
    return changetype<u256>(at)
  }
}

/** The block that the transaction is in. */
export class block {
  static get number(): u64 {
    return hooks.blockNumber()
  }

  /** Seconds since 1970. */
  static get timestamp(): u64 {
    return hooks.blockTimestamp()
  }

  static get gasLimit(): u64 {
    return hooks.blockGasLimit()
  }

  /** In wei. */
  static get baseFee(): u256 {
    const at = __alloc(32)
    hooks.blockBaseFee(at)
    return changetype<u256>(at)
  }

  static get coinbase(): Address {
    const at = __alloc(20)
    hooks.blockCoinbase(at)
    return changetype<Address>(at)
  }

  static get chainId(): u64 {
    return hooks.chainId()
  }

  /** In wei, for a unit of blob gas. On EVM++ only, not on Arbitrum. */
  static get blobBaseFee(): u256 {
    const at = __alloc(32)
    hooks.blobBaseFee(at)
    return changetype<u256>(at)
  }

  /** A number that nobody knew before the last block; whoever proposes this one does. On EVM++ only, not on Arbitrum. */
  static get prevrandao(): u256 {
    const at = __alloc(32)
    hooks.prevRandao(at)
    return changetype<u256>(at)
  }
}

/** The hash of one of the last 256 blocks; zero for all others. On EVM++ only, not on Arbitrum. */
export function blockhash(number: u64): Bytes32 {
  const at = __alloc(32)
  hooks.blockHash(number, at)
  return changetype<Bytes32>(at)
}

/** The versioned hash of the transaction's blob; zero beyond the last. On EVM++ only, not on Arbitrum. */
export function blobhash(index: u32): Bytes32 {
  const at = __alloc(32)
  hooks.blobHash(index, at)
  return changetype<Bytes32>(at)
}

/** The contract itself. */
export class self {
  static get address(): Address {
    const at = __alloc(20)
    hooks.contractAddress(at)
    return changetype<Address>(at)
  }

  /** In wei. */
  static get balance(): u256 {
    return self.address.balance
  }

  static get gasLeft(): u64 {
    return hooks.gasLeft()
  }
}

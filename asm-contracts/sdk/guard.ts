// `@nonReentrant`: one guard for all functions of a contract that carry it, in transient storage, so that it costs two
// hundred gas and is open again when the transaction ends, whatever happened.

import { transientLoad, transientStore } from './hooks'
import { revertWith } from './revert'

/** The guard's slot: "evmpp.guard" and zeros, where no variable of Solidity's layout lies. */
const slot: usize = memory.data<u8>([
  0x65, 0x76, 0x6d, 0x70, 0x70, 0x2e, 0x67, 0x75, 0x61, 0x72, 0x64, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
])

/** Reverts with `ReentrancyGuardReentrantCall()` when a guarded function is already running. */
export function enterGuarded(): void {
  const word = __alloc(32)
  transientLoad(slot, word)
  if (load<u8>(word, 31)) {
    store<u32>(word, bswap<u32>(0x3ee5aeb5))
    revertWith(word, 4)
  }
  store<u8>(word, 1, 31)
  transientStore(slot, word)
}

export function leaveGuarded(): void {
  transientStore(slot, __alloc(32))
}

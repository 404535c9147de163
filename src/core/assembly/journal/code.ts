/** Codes, by hash: equal codes share a record, and so accounts have equal code when they have the same record. */
import { allocate, release } from '../heap'
import { loadCode as askHost } from './host'
import {
  CODE_BYTES, CODE_SIZE, CODE_START, RECORD_KEY, RECORD_SPACE, RECORD_STICKY, SPACE_CODE, STICKY_LOADED,
} from './record'
import { enter, find, recordCount, recordList } from './table'

/** Keccak-256 of no bytes, as a word. */
const EMPTY_HASH = memory.data<u64>([0x7bfad8045d85a470, 0xe500b653ca82273b, 0x927e7db2dcc703c0, 0xc5d2460186f7233c], 8)

/** The record of the code with that hash, a word. Asks nobody. No bytes have no record: 0 stands for them. */
export function codeWithHash(hash: usize): u32 {
  const known = find(SPACE_CODE, hash)
  return u32(known != 0 ? known : enter(SPACE_CODE, hash, CODE_BYTES))
}

/** Pointer to a code's hash; 0 is no code. */
// @ts-ignore: decorator
@inline
export function hashOfCode(code: u32): usize {
  return code == 0 ? EMPTY_HASH : code + RECORD_KEY
}

/** The code, its bytes in memory. 0 is no code and stays 0. */
export function loadedCode(code: u32): usize {
  if (code != 0 && (load<u32>(code, RECORD_STICKY) & STICKY_LOADED) == 0) {
    askHost(code)
    store<u32>(code, STICKY_LOADED, RECORD_STICKY)
  }
  return code
}

/** Room for a code's bytes, until the transaction ends: the host writes them there. */
export function placeCode(code: u32, size: u32): usize {
  const start = allocate(size)
  store<u32>(code, size, CODE_SIZE)
  store<u32>(code, u32(start), CODE_START)
  return start
}

/** Gives all bytes back, before the table is cleared. */
export function releaseCodes(): void {
  const list = recordList()
  const count = recordCount()
  for (let i: u32 = 0; i < count; i++) {
    const record: usize = load<u32>(list + (i << 2))
    if (load<u32>(record, RECORD_SPACE) != SPACE_CODE || load<u32>(record, CODE_START) == 0) continue
    release(load<u32>(record, CODE_START), load<u32>(record, CODE_SIZE))
  }
}

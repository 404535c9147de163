/** Opcodes that ask about accounts and blocks. Source: EIP-2929 for what an access costs. */
import { accountOf, balanceOf, codeHashOf, codeOf, codeSizeOf, isAccountEmpty, isAccountWarm, touchAccount } from '../journal/index'
import { loadedCode } from '../journal/code'
import { CODE_START } from '../journal/record'
import { CONTEXT, CONTEXT_BLOB_HASH_COUNT, CONTEXT_BLOB_HASHES, CONTEXT_NUMBER } from '../layout'
import { copy, fitsU32, fitsU64, fromU64, isZero, setLimbs, sub } from '../word'
import { PRICE_COLD_ACCOUNT, PRICE_HAS_WARMTH, PRICE_WARM_ACCESS } from './forkTable'
import { pay, price } from './gas'
import { copyPadded, payForCopy } from './data'

// @ts-ignore: decorator
@external("host", "blockHash")
declare function hostBlockHash(number: usize, out: usize): u32

const BLOCK_HASHES: u64 = 256

/** Cuts a word down to an address: its low 20 bytes. */
// @ts-ignore: decorator
@inline
export function maskAddress(word: usize): void {
  store<u64>(word, u64(load<u32>(word, 16)), 16)
  store<u64>(word, 0, 24)
}

/** What an access to an account costs, without warming it: nothing before EIP-2929. */
export function accessPrice(id: u32): i64 {
  if (!price(PRICE_HAS_WARMTH)) return 0
  return isAccountWarm(id) ? price(PRICE_WARM_ACCESS) : price(PRICE_COLD_ACCOUNT)
}

/** Warms an account and says what the access costs: nothing before EIP-2929. */
export function accessGas(id: u32): i64 {
  if (!price(PRICE_HAS_WARMTH)) return 0
  return touchAccount(id) ? price(PRICE_WARM_ACCESS) : price(PRICE_COLD_ACCOUNT)
}

/** Where the code of an account stands, {@link codeSizeOf} bytes, until the transaction ends. */
export function codeBytesOf(id: u32): usize {
  const code = loadedCode(codeOf(id))
  return code == 0 ? 0 : load<u32>(code, CODE_START)
}

/** BALANCE of the address in a word, which it replaces. */
export function opBalance(address: usize, gas: i64): i64 {
  maskAddress(address)
  const id = accountOf(address)
  const left = pay(gas, accessGas(id))
  if (left >= 0) copy(address, balanceOf(id))
  return left
}

/** EXTCODESIZE of the address in a word, which it replaces. */
export function opExtCodeSize(address: usize, gas: i64): i64 {
  maskAddress(address)
  const id = accountOf(address)
  const left = pay(gas, accessGas(id))
  if (left >= 0) fromU64(address, codeSizeOf(id))
  return left
}

/** EXTCODEHASH of the address in a word, which it replaces: 0 for an account that is not there or empty (EIP-1052). */
export function opExtCodeHash(address: usize, gas: i64): i64 {
  maskAddress(address)
  const id = accountOf(address)
  const left = pay(gas, accessGas(id))
  if (left < 0) return left
  if (isAccountEmpty(id)) setLimbs(address, 0, 0, 0, 0)
  else copy(address, codeHashOf(id))
  return left
}

/** EXTCODECOPY of address, to, from, length. No bytes are an access to the code, too (EIP-7928). */
export function opExtCodeCopy(frame: usize, sp: usize, gas: i64): i64 {
  const address = sp - 32
  maskAddress(address)
  const id = accountOf(address)
  const left = payForCopy(frame, gas, accessGas(id), sp - 64, sp - 128)
  if (left < 0) return left
  if (isZero(sp - 128)) codeOf(id)
  else copyPadded(frame, sp - 64, codeBytesOf(id), codeSizeOf(id), sp - 96, sp - 128)
  return left
}

const age = memory.data(32, 16)

/** BLOCKHASH of the number in a word, which it replaces: 0 for all but the last 256 blocks. */
export function opBlockHash(number: usize): void {
  sub(age, CONTEXT + CONTEXT_NUMBER, number)
  const isKnown = fitsU64(age) && load<u64>(age) - 1 < BLOCK_HASHES
  if (isKnown) hostBlockHash(number, number)
  else setLimbs(number, 0, 0, 0, 0)
}

/** BLOBHASH of the index in a word, which it replaces (EIP-4844). */
export function opBlobHash(index: usize): void {
  const isThere = fitsU32(index) && load<u32>(index) < load<u32>(CONTEXT + CONTEXT_BLOB_HASH_COUNT)
  if (isThere) copy(index, CONTEXT + CONTEXT_BLOB_HASHES + (load<i32>(index) << 5))
  else setLimbs(index, 0, 0, 0, 0)
}

/**
 * Accounts. An id is opaque to others: here it is the address of the account's record, so that nothing has to be
 * looked up by it. Until an account is changed its part says nothing of balance, nonce and code: the old ones hold.
 */
import { WORD_BYTES } from '../layout'
import { add, compare, copy, isZero, sub } from '../word'
import { hashOfCode, loadedCode } from './code'
import { loadAccount } from './host'
import {
  ACCOUNT_BALANCE, ACCOUNT_BYTES, ACCOUNT_CODE, ACCOUNT_LEAST_BALANCE, ACCOUNT_NONCE, ACCOUNT_OLD_BALANCE,
  ACCOUNT_OLD_CODE, ACCOUNT_OLD_NONCE, ACCOUNT_PART_BYTES, CODE_SIZE, FLAG_CHANGED, FLAG_CREATED, FLAG_DESTROYED, FLAG_WARM, PART,
  PART_EPOCH, PART_FLAGS, RECORD_KEY, RECORD_SPACE, RECORD_STICKY, SPACE_ACCOUNT, STICKY_EXISTED, STICKY_LOADED, STICKY_MOVED_BALANCE,
  STICKY_READ_BALANCE, STICKY_READ_CODE, STICKY_READ_LIFE, STICKY_READ_NONCE, STICKY_RIPEMD160,
} from './record'
import { enter, find, recordCount, recordList } from './table'
import { save } from './undo'
import { countBornWarm, isBornWarm, isWarm, warm } from './warmth'

const RIPEMD160: u64 = 3

/** The epoch of an account that nobody created yet. A new slot's epoch is 0, which is none. */
const FIRST_EPOCH: u32 = 1

/** The id of an address, a word whose high 12 bytes are 0. Asks nobody. */
export function accountOf(address: usize): u32 {
  const known = find(SPACE_ACCOUNT, address)
  if (known != 0) return u32(known)
  const id = enter(SPACE_ACCOUNT, address, ACCOUNT_BYTES)
  store<u32>(id, FIRST_EPOCH, PART_EPOCH)
  if (isBornWarm(address)) setFlag(id, FLAG_WARM)
  return u32(id)
}

/** From now on the addresses of `bornWarmBits` are warm, whatever is rolled back. To be called before the first checkpoint. */
export function bearWarm(): void {
  countBornWarm()
  const list = recordList()
  const end = list + (recordCount() << 2)
  for (let at = list; at < end; at += 4) {
    const id = load<u32>(at)
    if (load<u32>(id, RECORD_SPACE) == SPACE_ACCOUNT && isBornWarm(id + RECORD_KEY)) setFlag(id, FLAG_WARM)
  }
}

/** Warms the account; 1 when it was warm. */
export function touchAccount(id: u32): u32 {
  return warm(id, ACCOUNT_PART_BYTES)
}

/** 1 when the account is warm. */
export function isAccountWarm(id: u32): u32 {
  return isWarm(id)
}

/** Pointer to the balance, a word. Reads it. */
export function balanceOf(id: u32): usize {
  read(id, STICKY_READ_BALANCE)
  return isChanged(id) ? id + ACCOUNT_BALANCE : id + ACCOUNT_OLD_BALANCE
}

/** Reads the nonce. */
export function nonceOf(id: u32): u64 {
  read(id, STICKY_READ_NONCE)
  return isChanged(id) ? load<u64>(id, ACCOUNT_NONCE) : load<u64>(id, ACCOUNT_OLD_NONCE)
}

/** The record of its code; 0 when it has none. Reads the code. */
export function codeOf(id: u32): u32 {
  read(id, STICKY_READ_CODE)
  return currentCode(id)
}

/** Pointer to the code's hash, a word; the hash of no bytes when there is no code or no account. Reads the code. */
export function codeHashOf(id: u32): usize {
  return hashOfCode(codeOf(id))
}

/** How many bytes the code has. Reads the code. */
export function codeSizeOf(id: u32): u32 {
  const code = loadedCode(codeOf(id))
  return code == 0 ? 0 : load<u32>(code, CODE_SIZE)
}

/** 1 when the account exists. Reads its life. */
export function accountExists(id: u32): u32 {
  read(id, STICKY_READ_LIFE)
  return u32(isChanged(id) || (load<u32>(id, RECORD_STICKY) & STICKY_EXISTED) != 0)
}

/**
 * 1 when it does not exist, or has nonce 0, balance 0 and no code (EIP-161). Reads its life; of one that was debited the balance,
 * too: whether the last of it is gone depends on how much there was.
 */
export function isAccountEmpty(id: u32): u32 {
  read(id, STICKY_READ_LIFE)
  if (isDebited(id)) stick(id, STICKY_READ_BALANCE)
  return hasNothing(id)
}

function isDebited(id: u32): bool {
  return isChanged(id) && compare(id + ACCOUNT_BALANCE, id + ACCOUNT_OLD_BALANCE) < 0
}

/** 1 when the account, which was loaded, has nonce 0, balance 0 and no code. */
export function hasNothing(id: u32): u32 {
  if (currentCode(id) != 0) return 0
  return isChanged(id)
    ? u32(load<u64>(id, ACCOUNT_NONCE) == 0 && isZero(id + ACCOUNT_BALANCE))
    : u32(load<u64>(id, ACCOUNT_OLD_NONCE) == 0 && isZero(id + ACCOUNT_OLD_BALANCE))
}

const needed = memory.data(32, 8)

/**
 * 1 when the balance is at least `amount`. Then that is all that is read of it (D8); else the balance is read.
 */
export function hasBalance(id: u32, amount: usize): u32 {
  read(id, STICKY_MOVED_BALANCE)
  const balance = isChanged(id) ? id + ACCOUNT_BALANCE : id + ACCOUNT_OLD_BALANCE
  if (compare(balance, amount) < 0) {
    stick(id, STICKY_READ_BALANCE)
    return 0
  }
  // At the start it must have been as much more as was debited since, or less as was credited.
  const old = id + ACCOUNT_OLD_BALANCE
  if (compare(balance, old) < 0) {
    sub(needed, old, balance)
    add(needed, needed, amount)
  } else {
    sub(needed, balance, old)
    if (compare(amount, needed) <= 0) return 1
    sub(needed, amount, needed)
  }
  if (compare(needed, id + ACCOUNT_LEAST_BALANCE) > 0) copy(id + ACCOUNT_LEAST_BALANCE, needed)
  return 1
}

/**
 * Credits the account, bringing it to life; 0 only touches it (EIP-161). A balance stops at 2^256 - 1. Reads nothing of the
 * balance, unless it is 2^255 or more then.
 */
export function addBalance(id: u32, amount: usize): void {
  if (isRipemd160(id + RECORD_KEY)) stick(id, STICKY_RIPEMD160)
  read(id, STICKY_MOVED_BALANCE)
  change(id)
  const balance = id + ACCOUNT_BALANCE
  add(balance, balance, amount)
  const overflowed = compare(balance, amount) < 0
  if (overflowed) memory.fill(balance, 0xff, WORD_BYTES)
  if (overflowed || isLarge(balance)) stick(id, STICKY_READ_BALANCE)
}

/** 2^255 or more. */
// @ts-ignore: decorator
@inline
function isLarge(balance: usize): bool {
  return load<i64>(balance, WORD_BYTES - 8) < 0
}

function isRipemd160(address: usize): bool {
  return load<u64>(address) == RIPEMD160 && (load<u64>(address, 8) | load<u64>(address, 16)) == 0
}

/** Debits the account; 0 does nothing. Reads as {@link hasBalance}. 0 when it is too small, and then nothing happens. */
export function subtractBalance(id: u32, amount: usize): u32 {
  if (isZero(amount)) return 1
  if (hasBalance(id, amount) == 0) return 0
  change(id)
  sub(id + ACCOUNT_BALANCE, id + ACCOUNT_BALANCE, amount)
  return 1
}

const moved = memory.data(32, 8)

/** Moves value; the recipient is touched even by none. 0 when the sender has too little, and then nothing happens. */
export function transfer(from: u32, to: u32, amount: usize): u32 {
  // The amount may be the balance itself.
  copy(moved, amount)
  if (subtractBalance(from, moved) == 0) return 0
  addBalance(to, moved)
  return 1
}

/** Brings the account to life with that nonce. */
export function setNonce(id: u32, nonce: u64): void {
  change(id)
  store<u64>(id, nonce, ACCOUNT_NONCE)
}

/** Brings the account to life with that code: a code's record, or 0 for none. */
export function setCode(id: u32, code: u32): void {
  change(id)
  store<u32>(id, code, ACCOUNT_CODE)
}

/** Begins a contract's life: it exists, keeps its balance, has lost its storage. */
export function markCreated(id: u32): void {
  change(id)
  setFlag(id, FLAG_CREATED)
  store<u32>(id, load<u32>(id, PART_EPOCH) + 1, PART_EPOCH)
}

export function isCreated(id: u32): u32 {
  return u32((load<u32>(id, PART_FLAGS) & FLAG_CREATED) != 0)
}

/** The account is deleted when the transaction ends. */
export function markDestroyed(id: u32): void {
  save(id + PART, ACCOUNT_PART_BYTES)
  setFlag(id, FLAG_DESTROYED)
}

export function isDestroyed(id: u32): u32 {
  return u32((load<u32>(id, PART_FLAGS) & FLAG_DESTROYED) != 0)
}

/** Asks the host for the account, unless that was done. */
export function ensureLoaded(id: u32): void {
  read(id, 0)
}

/** Marks a record for good: what an answer depends on (J2), that the host was asked (J4). */
// @ts-ignore: decorator
@inline
export function stick(record: usize, marks: u32): void {
  store<u32>(record, load<u32>(record, RECORD_STICKY) | marks, RECORD_STICKY)
}

// @ts-ignore: decorator
@inline
function read(id: usize, marks: u32): void {
  if ((load<u32>(id, RECORD_STICKY) & STICKY_LOADED) == 0) firstRead(id)
  stick(id, marks)
}

function firstRead(id: usize): void {
  loadAccount(id)
  stick(id, STICKY_LOADED)
}

// @ts-ignore: decorator
@inline
function isChanged(id: usize): bool {
  return (load<u32>(id, PART_FLAGS) & FLAG_CHANGED) != 0
}

function currentCode(id: usize): u32 {
  return isChanged(id) ? load<u32>(id, ACCOUNT_CODE) : load<u32>(id, ACCOUNT_OLD_CODE)
}

// @ts-ignore: decorator
@inline
function setFlag(id: usize, flag: u32): void {
  store<u32>(id, load<u32>(id, PART_FLAGS) | flag, PART_FLAGS)
}

/** To be called before balance, nonce or code change: from now on the part's count. */
function change(id: usize): void {
  read(id, 0)
  save(id + PART, ACCOUNT_PART_BYTES)
  if (isChanged(id)) return
  copy(id + ACCOUNT_BALANCE, id + ACCOUNT_OLD_BALANCE)
  store<u64>(id, load<u64>(id, ACCOUNT_OLD_NONCE), ACCOUNT_NONCE)
  store<u32>(id, load<u32>(id, ACCOUNT_OLD_CODE), ACCOUNT_CODE)
  setFlag(id, FLAG_CHANGED)
}

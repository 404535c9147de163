/**
 * CALL*, CREATE* and SELFDESTRUCT. A call is priced here and left in the frame's mailbox; the driver runs the child and
 * resumes the frame. An account is accessed once all that is known without it has been paid for (EIP-7928, "Gas Validation
 * Before State Access"); what it then turns out to cost may still be too much.
 */
import {
  accountExists, accountOf, addBalance, addRefund, balanceOf, codeOf, codeSizeOf, isAccountEmpty, isCreated, isDestroyed,
  markDestroyed, subtractBalance, touchAccount,
} from '../journal/index'
import {
  CONTEXT, CONTEXT_FORK, FRAME_ACCOUNT, FRAME_ACTION_ACCOUNT, FRAME_ACTION_GAS, FRAME_ACTION_INPUT,
  FRAME_ACTION_INPUT_LENGTH, FRAME_ACTION_KIND, FRAME_ACTION_OUTPUT, FRAME_ACTION_OUTPUT_LENGTH, FRAME_ACTION_SALT,
  FRAME_ACTION_VALUE, FRAME_IS_STATIC, FRAME_RETURN, FRAME_RETURN_LENGTH, FRAME_SP,
} from '../layout'
import { copy, fitsU64, fromU64, isZero, loadBe } from '../word'
import { accessGas, accessPrice, codeBytesOf, maskAddress } from './accounts'
import {
  FORK_CANCUN, FORK_PRAGUE, FORK_SPURIOUS_DRAGON, FORK_TANGERINE_WHISTLE, LIMIT_INIT_CODE, LIMIT_WASM_INIT_CODE,
  PRICE_COLD_ACCOUNT, PRICE_HAS_WARMTH, PRICE_INIT_CODE_WORD, REFUND_SELFDESTRUCT,
} from './forkTable'
import { growthGas, lateGas, memoryAt, pay, payAndGrow, price, rangeEnd, wordCount } from './gas'
import { grow } from './memory'
import { CALL, CALLCODE, CREATE2, SELFDESTRUCT } from './opcodes'
import { HALT_INIT_CODE_TOO_LARGE, HALT_OUT_OF_GAS, HALT_STATIC_VIOLATION } from './outcome'

const VALUE_GAS: i64 = 9000
const NEW_ACCOUNT_GAS: i64 = 25_000
const STIPEND_GAS: i64 = 2300
const KECCAK_WORD_GAS: i64 = 6

/** The first bytes of a WebAssembly module, as a little-endian number. */
const WASM_MAGIC: u32 = 0x6d736100
/** EIP-7702: `0xef0100`, likewise, and the bytes of a delegation. */
const DELEGATION_MAGIC: u32 = 0x0001ef
const DELEGATION_BYTES: u32 = 23

// @ts-ignore: decorator
@inline
function isSince(fork: u32): bool {
  return load<u32>(CONTEXT + CONTEXT_FORK) >= fork
}

/** All but a 64th (EIP-150); everything before. */
// @ts-ignore: decorator
@inline
function mostGas(gas: i64): i64 {
  return isSince(FORK_TANGERINE_WHISTLE) ? gas - (gas >> 6) : gas
}

/** Leaves a range of memory, given by two words, in two fields of the mailbox. */
// @ts-ignore: decorator
@inline
function leaveRange(frame: usize, field: usize, lengthField: usize, offset: usize, length: usize): void {
  const size = load<u32>(length)
  store<u32>(frame + field, size == 0 ? 0 : u32(memoryAt(frame, offset)))
  store<u32>(frame + lengthField, size)
}

/** Whether a CALL kind takes a value from the stack. */
// @ts-ignore: decorator
@inline
export function hasValue(opcode: u32): bool {
  return opcode == CALL || opcode == CALLCODE
}

/** CALL, CALLCODE, DELEGATECALL and STATICCALL: gas, address, value (the first two only), input range, output range. */
export function opCall(frame: usize, sp: usize, gas: i64, opcode: u32): i64 {
  const target = sp - 64
  const ranges = hasValue(opcode) ? sp - 96 : target
  const sendsValue = hasValue(opcode) && !isZero(sp - 96)
  if (opcode == CALL && sendsValue && load<u32>(frame, FRAME_IS_STATIC)) return -HALT_STATIC_VIOLATION

  const input = rangeEnd(ranges - 32, ranges - 64)
  const output = rangeEnd(ranges - 96, ranges - 128)
  const end = input < 0 || output < 0 ? -1 : max(input, output)
  maskAddress(target)
  const id = accountOf(target)
  const known = lateGas(opcode) + growthGas(frame, end) + accessPrice(id) + (sendsValue ? VALUE_GAS : 0)
  if (pay(gas, known) < 0) return -HALT_OUT_OF_GAS
  if (price(PRICE_HAS_WARMTH)) touchAccount(id)
  const left = pay(gas, known + targetGas(opcode, sendsValue, id))
  if (left < 0) return left
  const given = givenGas(left, sp - 32)
  if (given < 0) return given
  if (!grow(frame, end)) return -HALT_OUT_OF_GAS
  leaveRange(frame, FRAME_ACTION_INPUT, FRAME_ACTION_INPUT_LENGTH, ranges - 32, ranges - 64)
  leaveRange(frame, FRAME_ACTION_OUTPUT, FRAME_ACTION_OUTPUT_LENGTH, ranges - 96, ranges - 128)
  store<u32>(frame, opcode, FRAME_ACTION_KIND)
  store<u32>(frame, id, FRAME_ACTION_ACCOUNT)
  store<i64>(frame, given + (sendsValue ? STIPEND_GAS : 0), FRAME_ACTION_GAS)
  if (hasValue(opcode)) copy(frame + FRAME_ACTION_VALUE, sp - 96)
  return left - given
}

/** What a call costs for what its target is: a new account, a delegation. Reads the target. */
function targetGas(opcode: u32, sendsValue: bool, id: u32): i64 {
  let cost: i64 = 0
  if (opcode == CALL && bringsToLife(sendsValue, id)) cost += NEW_ACCOUNT_GAS
  if (isSince(FORK_PRAGUE)) cost += delegationGas(id)
  return cost
}

/** Source: EIP-161; before it any call to an account that does not exist paid. */
function bringsToLife(sendsValue: bool, id: u32): bool {
  return isSince(FORK_SPURIOUS_DRAGON) ? sendsValue && isAccountEmpty(id) : !accountExists(id)
}

/** What it costs to follow the delegation of an account, if it has one (EIP-7702). */
function delegationGas(id: u32): i64 {
  const delegated = delegateOf(id)
  return delegated == 0 ? 0 : accessGas(delegated)
}

const delegate = memory.data(32, 16)

/** Journal id of the account whose code the account runs instead of its own; 0 when it runs its own (EIP-7702). */
function delegateOf(id: u32): u32 {
  if (codeSizeOf(id) != DELEGATION_BYTES) return 0
  const code = codeBytesOf(id)
  if ((load<u32>(code) & 0xffffff) != DELEGATION_MAGIC) return 0
  // The 32 bytes that end with the address: what stands before it is masked.
  loadBe(delegate, code + DELEGATION_BYTES - 32)
  maskAddress(delegate)
  return accountOf(delegate)
}

/** The journal's record of the code that a call to the account runs: its own, or one step along its delegation; 0 is none. */
export function codeToRun(id: u32): u32 {
  const delegated = isSince(FORK_PRAGUE) ? delegateOf(id) : 0
  return codeOf(delegated == 0 ? id : delegated)
}

/** The gas that a call gets of what is left: what it asks for, at most all but a 64th. */
function givenGas(left: i64, wanted: usize): i64 {
  const most = mostGas(left)
  const isLess = fitsU64(wanted) && load<u64>(wanted) <= u64(most)
  if (isLess) return load<i64>(wanted)
  return isSince(FORK_TANGERINE_WHISTLE) ? most : -HALT_OUT_OF_GAS
}

/** CREATE and CREATE2 of value, init code range, and salt (the second only). */
export function opCreate(frame: usize, sp: usize, gas: i64, opcode: u32): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC)) return -HALT_STATIC_VIOLATION
  const offset = sp - 64
  const length = sp - 96
  // The creator is warm by then, but for a call that the protocol itself made.
  if (price(PRICE_HAS_WARMTH)) touchAccount(load<u32>(frame, FRAME_ACCOUNT))
  const end = rangeEnd(offset, length)
  const words = end > 0 ? wordCount(load<u32>(length)) : 0
  const wordGas = i64(price(PRICE_INIT_CODE_WORD)) + (opcode == CREATE2 ? KECCAK_WORD_GAS : 0)
  const left = payAndGrow(frame, gas, lateGas(opcode) + words * wordGas, end)
  if (left < 0) return left
  leaveRange(frame, FRAME_ACTION_INPUT, FRAME_ACTION_INPUT_LENGTH, offset, length)
  if (load<u32>(length) > initCodeLimit(frame)) return -HALT_INIT_CODE_TOO_LARGE
  const given = mostGas(left)
  store<u32>(frame, opcode, FRAME_ACTION_KIND)
  store<i64>(frame, given, FRAME_ACTION_GAS)
  copy(frame + FRAME_ACTION_VALUE, sp - 32)
  if (opcode == CREATE2) copy(frame + FRAME_ACTION_SALT, sp - 128)
  return left - given
}

/** The most bytes that the init code in the mailbox may have: its first bytes say which machine it is for. */
function initCodeLimit(frame: usize): u32 {
  const isModule =
    load<u32>(frame, FRAME_ACTION_INPUT_LENGTH) >= 4 &&
    load<u32>(usize(load<u32>(frame, FRAME_ACTION_INPUT))) == WASM_MAGIC
  return price(isModule ? LIMIT_WASM_INIT_CODE : LIMIT_INIT_CODE)
}

const wealth = memory.data(32, 16)

/** SELFDESTRUCT in favour of an address. Source: Yellow Paper appendix H.2; EIPs 150, 161, 2929, 3529, 6780. */
export function opSelfDestruct(frame: usize, sp: usize, gas: i64): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC)) return -HALT_STATIC_VIOLATION
  const self = load<u32>(frame, FRAME_ACCOUNT)
  maskAddress(sp - 32)
  const heir = accountOf(sp - 32)
  copy(wealth, balanceOf(self))
  let cost = lateGas(SELFDESTRUCT)
  if (price(PRICE_HAS_WARMTH) && !touchAccount(heir)) cost += price(PRICE_COLD_ACCOUNT)
  if (pay(gas, cost) < 0) return -HALT_OUT_OF_GAS
  if (inheritsNew(heir)) cost += NEW_ACCOUNT_GAS
  const left = pay(gas, cost)
  if (left >= 0) bequeath(self, heir)
  return left
}

/** Source: EIP-161; before it even nothing was dear, and before EIP-150 nothing was. */
function inheritsNew(heir: u32): bool {
  if (isSince(FORK_SPURIOUS_DRAGON)) return !isZero(wealth) && isAccountEmpty(heir)
  return isSince(FORK_TANGERINE_WHISTLE) && !accountExists(heir)
}

/** What a dying account leaves to itself is burnt; a surviving one keeps it. */
function bequeath(self: u32, heir: u32): void {
  const dies = !isSince(FORK_CANCUN) || isCreated(self)
  if (heir != self) addBalance(heir, wealth)
  if (heir != self || dies) subtractBalance(self, wealth)
  if (!dies || isDestroyed(self)) return
  addRefund(price(REFUND_SELFDESTRUCT))
  markDestroyed(self)
}

/**
 * A call has ended: pushes whether it succeeded and copies what fits of the return buffer to where its output belongs. The
 * driver has filled the buffer and given the gas back.
 */
export function resumeCall(frame: usize, succeeded: u32): void {
  const sp = usize(load<u32>(frame, FRAME_SP))
  fromU64(sp, succeeded)
  store<u32>(frame, sp + 32, FRAME_SP)
  const length = min(load<u32>(frame, FRAME_ACTION_OUTPUT_LENGTH), load<u32>(frame, FRAME_RETURN_LENGTH))
  if (length > 0) memory.copy(load<u32>(frame, FRAME_ACTION_OUTPUT), load<u32>(frame, FRAME_RETURN), length)
}

/**
 * The driver of frames whose calls stay within the EVM. A call to code that is placed already begins a frame here and ends here,
 * without a word to TypeScript: value, checkpoint, rollback, return data and gas as src/router/frames.ts has them for all calls.
 * What it does not know or may not do it leaves to TypeScript, by a status of ./outcome.ts.
 */
import { STICKY_IS_CALLABLE, STICKY_IS_ROUTED, CODE_PROGRAM, PROGRAM_OF_ANOTHER_VM, RECORD_STICKY } from '../journal/record'
import { addBalance, checkpoint, hasBalance, rollback, subtractBalance } from '../journal/index'
import {
  FRAME_ACCOUNT, FRAME_ACTION_ACCOUNT, FRAME_ACTION_GAS, FRAME_ACTION_INPUT, FRAME_ACTION_INPUT_LENGTH,
  FRAME_ACTION_KIND, FRAME_ACTION_VALUE, FRAME_BYTES, FRAME_CALLER, FRAME_CHECKPOINT, FRAME_CODE, FRAME_CODE_LENGTH,
  FRAME_DEPTH, FRAME_GAS, FRAME_INPUT, FRAME_INPUT_LENGTH, FRAME_IS_STATIC, FRAME_JUMP_MAP, FRAME_OUTPUT,
  FRAME_OUTPUT_LENGTH, FRAME_PC, FRAME_PROGRAM, FRAME_RETURN, FRAME_RETURN_LENGTH, FRAME_VALUE, MAX_DEPTH, PROGRAM_CODE,
  PROGRAM_CODE_LENGTH, PROGRAM_FUNCTION, PROGRAM_FUNCTION_MAP, PROGRAM_GAS_UNTIL_DUE, PROGRAM_JUMP_MAP, RETURN_END,
} from '../layout'
import { copy, isZero } from '../word'
import { codeToRun, hasValue, resumeCall } from './calls'
import { openFrame } from './frame'
import { releaseMemory } from './memory'
import { CALL, DELEGATECALL, STATICCALL } from './opcodes'
import {
  HALT_OUT_OF_GAS, STATUS_CALL, STATUS_CREATE, STATUS_DEOPT, STATUS_DUE, STATUS_HALT, STATUS_RETURN, STATUS_RUNNING,
  STATUS_UNKNOWN_TARGET, STATUS_UNPLACED_CODE,
} from './outcome'
import { run } from './run'
import { halt } from './steps'

/** The record of the innermost frame; 0 while none runs. TypeScript sets it for the frames that it begins and ends. */
export let innermost: usize = 0

/**
 * Runs the innermost frame and all that it calls until `outermost` has ended, or until TypeScript must do something first: then the
 * innermost frame waits for it. `pending` is what the innermost frame came to before: STATUS_RUNNING, or a call to look at again.
 */
export function drive(outermost: usize, pending: u32): u32 {
  let status = pending
  while (true) {
    if (status == STATUS_RUNNING) status = step(innermost)
    else if (status == STATUS_CALL) {
      status = beginCall(innermost)
      if (status != STATUS_RUNNING) return status
    } else if (status > u32(STATUS_HALT) || innermost == outermost) return status
    else status = endFrame(innermost, status)
  }
}

/** Runs a frame from where it is: compiled, or interpreted until its code is due to be compiled. */
function step(frame: usize): u32 {
  const program: usize = load<u32>(frame, FRAME_PROGRAM)
  if (program == 0) return run(frame)
  const compiled = load<u32>(program, PROGRAM_FUNCTION)
  if (compiled != 0) return runCompiled(frame, program, compiled)
  const untilDue = load<i64>(program, PROGRAM_GAS_UNTIL_DUE)
  if (untilDue <= 0) return STATUS_DUE
  const before = load<i64>(frame, FRAME_GAS)
  const status = run(frame)
  store<i64>(program, untilDue - before + gasKept(frame, status), PROGRAM_GAS_UNTIL_DUE)
  return status
}

/** What compiled code cannot be sure of, and what begins in the middle of a function, the interpreter does. */
function runCompiled(frame: usize, program: usize, compiled: u32): u32 {
  const entry = load<u16>(usize(load<u32>(program, PROGRAM_FUNCTION_MAP)) + (load<u32>(frame, FRAME_PC) << 1))
  const status = entry == 0 ? STATUS_DEOPT : call_indirect<u32>(compiled, u32(frame), u32(entry))
  return status == STATUS_DEOPT ? run(frame) : status
}

/** Of the gas that a frame had, what it has not used now: what is left, and what it gives to a call. */
function gasKept(frame: usize, status: u32): i64 {
  if (status == STATUS_HALT) return 0
  const left = load<i64>(frame, FRAME_GAS)
  return status == STATUS_CALL || status == STATUS_CREATE ? left + load<i64>(frame, FRAME_ACTION_GAS) : left
}

/** Begins the call in the frame's mailbox, or ends it at once when it runs no code or may not begin; STATUS_RUNNING then. */
function beginCall(frame: usize): u32 {
  const target = load<u32>(frame, FRAME_ACTION_ACCOUNT)
  const marks = load<u32>(target, RECORD_STICKY)
  if (marks & STICKY_IS_ROUTED) return STATUS_CALL
  if (!(marks & STICKY_IS_CALLABLE)) return STATUS_UNKNOWN_TARGET
  const kind = load<u32>(frame, FRAME_ACTION_KIND)
  if (!mayBegin(frame, kind)) return returnAtOnce(frame, 0)
  const code = codeToRun(target)
  const program = code == 0 ? 0 : load<u32>(code, CODE_PROGRAM)
  if (code != 0 && program == 0) return STATUS_UNPLACED_CODE
  if (program == PROGRAM_OF_ANOTHER_VM) return STATUS_CALL
  const before = checkpoint()
  moveValue(frame, kind, target)
  if (code == 0) return returnAtOnce(frame, 1)
  openChild(frame, kind, target, program)
  store<u32>(innermost, before, FRAME_CHECKPOINT)
  return STATUS_RUNNING
}

/** Source: Yellow Paper 8 and 9.4.2. */
function mayBegin(frame: usize, kind: u32): bool {
  if (load<u32>(frame, FRAME_DEPTH) >= u32(MAX_DEPTH)) return false
  const value = frame + FRAME_ACTION_VALUE
  return !hasValue(kind) || isZero(value) || hasBalance(load<u32>(frame, FRAME_ACCOUNT), value) != 0
}

const NOTHING = memory.data(32, 16)

/** Moves value; a recipient is touched even by nothing (EIP-161). */
function moveValue(frame: usize, kind: u32, target: u32): void {
  if (kind == CALL) {
    subtractBalance(load<u32>(frame, FRAME_ACCOUNT), frame + FRAME_ACTION_VALUE)
    addBalance(target, frame + FRAME_ACTION_VALUE)
  } else if (kind == STATICCALL) addBalance(target, NOTHING)
}

/** The call in the mailbox has ended without running anything: its gas comes back. */
function returnAtOnce(frame: usize, succeeded: u32): u32 {
  store<u32>(frame, 0, FRAME_RETURN_LENGTH)
  store<i64>(frame, load<i64>(frame, FRAME_GAS) + load<i64>(frame, FRAME_ACTION_GAS), FRAME_GAS)
  resumeCall(frame, succeeded)
  return STATUS_RUNNING
}

/** Makes the call in a frame's mailbox the innermost frame. Its input stays in the caller's memory, which does not change meanwhile. */
function openChild(frame: usize, kind: u32, target: u32, program: usize): void {
  const child = frame + FRAME_BYTES
  store<u32>(child, load<u32>(program, PROGRAM_CODE), FRAME_CODE)
  store<u32>(child, load<u32>(program, PROGRAM_CODE_LENGTH), FRAME_CODE_LENGTH)
  store<u32>(child, load<u32>(program, PROGRAM_JUMP_MAP), FRAME_JUMP_MAP)
  store<u32>(child, u32(program), FRAME_PROGRAM)
  store<u32>(child, load<u32>(frame, FRAME_ACTION_INPUT), FRAME_INPUT)
  store<u32>(child, load<u32>(frame, FRAME_ACTION_INPUT_LENGTH), FRAME_INPUT_LENGTH)
  store<u32>(child, load<u32>(frame, FRAME_IS_STATIC) | u32(kind == STATICCALL), FRAME_IS_STATIC)
  store<u32>(child, load<u32>(frame, FRAME_DEPTH) + 1, FRAME_DEPTH)
  store<i64>(child, load<i64>(frame, FRAME_ACTION_GAS), FRAME_GAS)
  const self = load<u32>(frame, FRAME_ACCOUNT)
  openFrame(child, kind == CALL || kind == STATICCALL ? target : self, self)
  if (kind == DELEGATECALL) {
    copy(child + FRAME_CALLER, frame + FRAME_CALLER)
    copy(child + FRAME_VALUE, frame + FRAME_VALUE)
  } else copy(child + FRAME_VALUE, kind == STATICCALL ? NOTHING : frame + FRAME_ACTION_VALUE)
  innermost = child
}

/** Takes off a frame that {@link openChild} made, which came to `status`, and resumes its caller. */
function endFrame(frame: usize, status: u32): u32 {
  const caller = frame - FRAME_BYTES
  innermost = caller
  // A checkpoint newer than the journal is a bug.
  if (status != STATUS_RETURN && !rollback(load<u32>(frame, FRAME_CHECKPOINT))) unreachable()
  const length = status == STATUS_HALT ? 0 : load<u32>(frame, FRAME_OUTPUT_LENGTH)
  const buffer = load<u32>(caller, FRAME_RETURN)
  const hasRoom = u64(buffer) + length <= u64(RETURN_END)
  if (hasRoom && length > 0) memory.copy(buffer, load<u32>(frame, FRAME_OUTPUT), length)
  releaseMemory(frame)
  if (!hasRoom) return halt(caller, -HALT_OUT_OF_GAS)
  store<u32>(caller, length, FRAME_RETURN_LENGTH)
  if (status != STATUS_HALT) store<i64>(caller, load<i64>(caller, FRAME_GAS) + load<i64>(frame, FRAME_GAS), FRAME_GAS)
  resumeCall(caller, u32(status == STATUS_RETURN))
  return STATUS_RUNNING
}

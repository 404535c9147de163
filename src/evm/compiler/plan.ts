import { opcodes as op } from '../../core/index.ts'
import type { Bytes } from '../../primitives/index.ts'
import { BRANCH, END, type Operations, PLAIN, SUSPEND } from './operations.ts'

/**
 * Operations of one function. Bounds what V8 compiles at once and the locals that it must keep track of: a block of 24 KiB
 * becomes a hundred functions.
 */
const MAX_OPERATIONS = 256

/** Where the functions of a code begin: at its start, at every JUMPDEST, behind every call, and in the middle of long blocks. */
export type Plan = {
  /** The places, in order. */
  readonly starts: Int32Array
  /** By place, the end of the code included: the number of the function that begins there, from 1; 0 for none. */
  readonly functionAt: Uint16Array
}

/** Bytes of an operation with its immediate. */
export function widthOf(byte: number): number {
  return byte >= op.PUSH1 && byte <= op.PUSH32 ? byte - op.PUSH0 + 1 : 1
}

/** Finds the functions in one pass. */
export function planOf(code: Bytes, operations: Operations): Plan {
  const functionAt = new Uint16Array(code.length + 1)
  const starts: number[] = []
  let count = 0
  let isReachable = true
  let isStart = true
  for (let pc = 0; pc <= code.length; ) {
    const byte = code[pc] ?? op.STOP
    if (byte === op.JUMPDEST || (isReachable && (isStart || count === MAX_OPERATIONS))) {
      starts.push(pc)
      functionAt[pc] = starts.length
      count = 0
      isReachable = true
    }
    count += 1
    const flow = operations.flow[byte] ?? END
    isStart = flow === SUSPEND
    if (flow === END) isReachable = false
    pc += widthOf(byte)
  }
  return { starts: Int32Array.from(starts), functionAt }
}

/** What a stretch of code needs of the stack, in words relative to its height before: how far it reaches down and up. */
export type Reach = { readonly down: number; readonly up: number }

/** The reach of a function from `pc` on, where `height` words stand above the ones it found; to the next branch or to its end. */
export function reachOf(
  code: Bytes,
  plan: Plan,
  operations: Operations,
  from: { readonly pc: number; readonly height: number; readonly toBranch: boolean },
): Reach {
  let { height } = from
  let down = 0
  let up = 0
  for (let pc = from.pc; pc === from.pc || plan.functionAt[pc] === 0; ) {
    const byte = code[pc] ?? op.STOP
    height -= operations.pops[byte] ?? 0
    if (-height > down) down = -height
    height += operations.pushes[byte] ?? 0
    if (height > up) up = height
    const flow = operations.flow[byte] ?? END
    if (flow === END || flow === SUSPEND || (flow === BRANCH && from.toBranch)) break
    pc += widthOf(byte)
    if (pc > code.length) break
  }
  return { down, up }
}

/** The gas that a section beginning at `pc` takes before anything else: of all its operations. */
export function sectionGas(code: Bytes, plan: Plan, operations: Operations, from: number): number {
  let gas = 0
  for (let pc = from; pc === from || plan.functionAt[pc] === 0; ) {
    const byte = code[pc] ?? op.STOP
    gas += operations.gas[byte] ?? 0
    if (operations.flow[byte] !== PLAIN) break
    pc += widthOf(byte)
    if (pc > code.length) break
  }
  return gas
}

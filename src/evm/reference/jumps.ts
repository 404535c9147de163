import type { Bytes } from '../../primitives/index.ts'
import { wordFromBytes } from '../../primitives/index.ts'

const JUMPDEST = 0x5b
const PUSH1 = 0x60
const PUSH32 = 0x7f

/** What one pass over a code finds. */
export type JumpAnalysis = {
  /** 1 where a jump may land. Source: Yellow Paper 9.4.3. */
  readonly destinations: Uint8Array
  /** The word of each PUSH, by the offset of its first data byte. */
  readonly pushes: readonly (bigint | undefined)[]
}

const analyses = new WeakMap<Bytes, JumpAnalysis>()

/**
 * The analysis of `code`, made once per object: stored code keeps its identity from call to call, so a contract's second
 * call finds it here. O(code length).
 */
export function analyzeJumps(code: Bytes): JumpAnalysis {
  const known = analyses.get(code)
  if (known !== undefined) return known
  const analysis = analyze(code)
  analyses.set(code, analysis)
  return analysis
}

/** The analysis of `code` when a frame has made it before. */
export function knownJumps(code: Bytes): JumpAnalysis | undefined {
  return analyses.get(code)
}

function analyze(code: Bytes): JumpAnalysis {
  const destinations = new Uint8Array(code.length)
  const pushes: (bigint | undefined)[] = new Array(code.length + 1).fill(undefined)
  for (let at = 0; at < code.length; at++) {
    const opcode = code[at] ?? 0
    if (opcode === JUMPDEST) destinations[at] = 1
    if (opcode < PUSH1 || opcode > PUSH32) continue
    const size = opcode - PUSH1 + 1
    pushes[at + 1] = pushedWord(code, at + 1, size)
    at += size
  }
  return { destinations, pushes }
}

/** Data that the end of the code cuts off is padded with zeros. */
function pushedWord(code: Bytes, at: number, size: number): bigint {
  const data = code.subarray(at, at + size)
  return wordFromBytes(data) << BigInt(8 * (size - data.length))
}

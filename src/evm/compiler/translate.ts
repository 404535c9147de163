import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { CodeWriter } from './codeWriter.ts'
import type { Context } from './context.ts'
import { writeFunction } from './emit/functionWriter.ts'
import { LimbWriter } from './limbs.ts'
import { writeModule } from './module.ts'
import { OperandStack } from './operandStack.ts'
import { type Operations, operationsOf } from './operations.ts'
import { type Plan, planOf } from './plan.ts'

/** Init code of full size is twice that; it runs once and stays interpreted. Source: EIP-170. */
const MAX_CODE_BYTES = 24_576
const MAX_FIXED_BYTES = 10 * 1024
const MAX_BYTES_PER_BYTE = 32

/**
 * Of one function. V8's optimiser takes time and memory for the product of locals and blocks, so both are bounded before it sees them;
 * a search (docs/decisions/006-compile-tier.md) found 31 KB and 581 locals at most, and no function has a loop.
 */
const MAX_FUNCTION_BYTES = 40 * 1024
const MAX_FUNCTION_LOCALS = 700

/** A code as a WebAssembly module. Depends on the code and the fork only. */
export type Translation = {
  readonly module: Bytes
  /** By place in the code, its end included: the number of the function that begins there, 0 for none. */
  readonly functionAt: Uint16Array
}

/** What a function takes that is only a JUMPDEST. Code with more of them than fit is refused before anything is written. */
const MIN_FUNCTION_BYTES = 50

/** One for all translations, which are synchronous: its buffers are large. */
const writer = new CodeWriter()
const limbs = new LimbWriter(writer)
const stack = new OperandStack(writer, limbs)

/**
 * Translates a code for a fork. Undefined when it is too large, before or after; whoever asks then stays with the
 * interpreter. Takes time linear in the code, whatever is in it.
 */
export function translate(code: Bytes, hardfork: Hardfork): Translation | undefined {
  if (code.length > MAX_CODE_BYTES) return undefined
  const limit = MAX_FIXED_BYTES + MAX_BYTES_PER_BYTE * code.length
  const operations = operationsOf(hardfork)
  const plan = planOf(code, operations)
  if (plan.starts.length * MIN_FUNCTION_BYTES > limit) return undefined
  const context = contextOf(code, plan, operations)
  writer.clear()
  let fits = true
  writeModule(writer, plan.starts.length, (number) => {
    if (!fits) return
    const before = writer.length
    writeFunction(context, plan.starts[number - 1] ?? 0)
    const isSmall = writer.length - before <= MAX_FUNCTION_BYTES && limbs.localCount <= MAX_FUNCTION_LOCALS
    fits = isSmall && writer.length <= limit
  })
  return fits && writer.length <= limit ? { module: writer.finish(), functionAt: plan.functionAt } : undefined
}

function contextOf(code: Bytes, plan: Plan, operations: Operations): Context {
  const word = (): Int32Array => new Int32Array(4)
  return { code, plan, operations, writer, limbs, stack, a: word(), b: word(), c: word(), knownMemory: 0, gasAhead: 0 }
}

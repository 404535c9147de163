import type { Bytes } from '../../primitives/index.ts'
import type { CodeWriter } from './codeWriter.ts'
import type { LimbWriter } from './limbs.ts'
import type { OperandStack, Word } from './operandStack.ts'
import type { Operations } from './operations.ts'
import type { Plan } from './plan.ts'

/** What all parts of the translator share: one per code, its mutable fields about the function that is being written. */
export type Context = {
  readonly code: Bytes
  readonly plan: Plan
  readonly operations: Operations
  readonly writer: CodeWriter
  readonly limbs: LimbWriter
  readonly stack: OperandStack
  /** Operands of the operation at hand, the top of the stack first. */
  readonly a: Word
  readonly b: Word
  readonly c: Word
  /** Bytes that the frame's memory has for certain. */
  knownMemory: number
  /** Gas of the section that was charged for operations yet to come. */
  gasAhead: number
}

import { I32, I64 } from './instructions.ts'

/** A function of the core that compiled code calls. */
export type CoreFunction = {
  readonly name: string
  readonly parameters: readonly number[]
  readonly results: readonly number[]
}

const BINARY = [I32, I32, I32]
const TERNARY = [I32, I32, I32, I32]
/** Frame, stack pointer, gas to gas left or, negative, the reason of a halt: src/core/assembly/interpreter/gas.ts. */
const ON_STACK = [I32, I32, I64]

function returning(results: readonly number[], parameters: readonly number[], ...names: string[]): CoreFunction[] {
  return names.map((name) => ({ name, parameters, results }))
}

/** All of them. Their place in the list is their number in a module. */
export const CORE_FUNCTIONS: readonly CoreFunction[] = [
  ...returning([], [I32, I32], 'opCallDataLoad', 'opTload', 'clz'),
  ...returning([], BINARY, 'mul', 'div', 'sdiv', 'mod', 'smod', 'signExtend', 'byteAt', 'shl', 'shr', 'sar'),
  ...returning([], TERNARY, 'addmod', 'mulmod'),
  ...returning([], [I32], 'opBlockHash', 'opBlobHash'),
  ...returning([I32], [I32], 'balanceOf'),
  ...returning([I64], [I32, I64], 'opExp', 'opBalance', 'opExtCodeSize', 'opExtCodeHash'),
  ...returning([I64], ON_STACK, 'opKeccak', 'opMcopy', 'opReturnDataCopy', 'opExtCodeCopy', 'opReturn'),
  ...returning([I64], ON_STACK, 'opSload', 'opSstore', 'opTstore', 'opSelfDestruct'),
  ...returning([I64], [...ON_STACK, I32], 'opLog', 'opCall', 'opCreate'),
  ...returning([I64], [...ON_STACK, I32, I32], 'opCopy'),
  ...returning([I64], [I32, I64, I64, I64], 'payAndGrow'),
]

/** The number of a core function in every module. Throws for a name that is not in the list: a bug. */
export function importIndex(name: string): number {
  const index = CORE_FUNCTIONS.findIndex((imported) => imported.name === name)
  if (index < 0) throw new RangeError(name)
  return index
}

/**
 * Compiler: EVM bytecode to WebAssembly, in one pass over the code, straight into bytes.
 *
 * ```
 *   code -- plan: where functions begin --> per function: sections --> operations --> bytes of a module
 *                                              |                          |
 *                                gas and stack, checked once     limbs: constants, locals, places in memory
 * ```
 *
 * A function is a block that is entered at its start: of the code, of a JUMPDEST, behind a call. It goes on past a JUMPI that
 * does not jump. Static jumps are tail calls; a jump to what the stack says goes through a map and a table. Between functions
 * the EVM stack is in memory, so a frame can be left and entered again wherever one begins. Inside, a word is four limbs, and
 * PUSH, DUP, SWAP and POP only move those about.
 *
 * - T1 *A section runs whole or not at all.* What its operations cost before anything else is charged at its start; if that
 *   or the stack does not suffice, nothing has happened yet and the interpreter runs it again, operation by operation.
 * - T2 *What touches the state is last in its section.* So it sees the gas that the interpreter would see, and what is read
 *   or warmed before a halt is the same. Operations before it can only fail for gas, and then the exact run would, too.
 * - T3 *Linear.* Output and time are bounded by the code's size whatever is in it: a function has at most 256 operations,
 *   nothing large is written in place, and what exceeds 10 KiB + 32 bytes per byte of code, or 40 KiB or 700 locals in one
 *   function, is refused. No function has a loop: jumps are calls, so nothing multiplies with the depth of loops.
 * - T4 *A pure function.* A module depends on code and fork; threads may share it.
 *
 * limbs.ts and operandStack.ts hold the values, emit/ writes: functionWriter.ts the flow, operationWriter.ts each opcode.
 */
export { CORE_FUNCTIONS } from './imports.ts'
export { IMPORTED_JUMP_MAP, IMPORTED_MEMORY } from './module.ts'
export { type Translation, translate } from './translate.ts'

/**
 * The interpreter: one EVM frame at a time, exact to the last unit of gas.
 *
 * ```
 *   TypeScript --frame record--> drive --> run: table says what an opcode needs --> its case --> next
 *      ^                          |  ^                                                |
 *      |                          |  '-- mailbox: CALL* --- RETURN, REVERT, halt -----'
 *      '-- what drive cannot do --'      (or a compiled code instead of run)
 * ```
 *
 * - I1 *Linear time.* A step takes constant time but for what its gas pays for; memory is cleared when it grows.
 * - I2 *The registers are in the frame* whenever `run` is not running: any engine can go on where another stopped.
 * - I3 *No recursion.* A call leaves its request in the mailbox and comes back; children's frames are other records. Calls between
 *   EVM contracts stay in `drive` (./drive.ts); creations, precompiles and the other VM go to TypeScript.
 * - I4 *What an opcode asks, it asks before it pays*, as the reference engine does, so access sets are equal.
 */
export { codeToRun, resumeCall } from './calls'
export { drive, innermost } from './drive'
export { forkTablePointer } from './gas'
// What compiled code (src/evm/compiler) calls where it does not do an opcode itself.
export { opBalance, opBlobHash, opBlockHash, opExtCodeCopy, opExtCodeHash, opExtCodeSize } from './accounts'
export { opCall, opCreate, opSelfDestruct } from './calls'
export { opCallDataLoad, opCopy, opExp, opKeccak, opMcopy, opReturn, opReturnDataCopy } from './data'
export { payAndGrow } from './gas'
export { opLog, opSload, opSstore, opTload, opTstore } from './storage'
export { openFrame } from './frame'
export { mapJumps } from './jumps'
export { releaseMemory } from './memory'
export { run } from './run'

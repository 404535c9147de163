/**
 * EVM: what a frame of EVM bytecode does, and what its opcodes cost.
 *
 *   Execution + code -> frame: registers, stack, memory -> opcode -> its price, then its effect -> Result
 *                         |                                   |
 *                         +-- jump destinations, per code     +-- host.journal, host.call
 *
 * Three engines give the same results, gas, logs and access sets. The reference has the opcodes, prices and precompiles of
 * `@ethereumjs/evm`, made synchronous when the project is built (docs/decisions/002-synchronous-reference-evm.md). The
 * interpreter runs in the core. The compiled one is the interpreter until code is hot, and then WebAssembly
 * (docs/decisions/006-compile-tier.md).
 *
 * - E1 *The engine prices, the router moves.* All that an opcode costs, EIP-2929 and the price of an EIP-7702 delegation
 *   included, is charged here; value, nonces, checkpoints and deposits are the router's.
 * - E2 *A frame's state is its own.* Stack, memory and return data die with the frame; everything else is the journal's.
 * - E3 *Only contract faults are results.* Anything thrown that is not one of the package's errors is a bug and passes
 *   through.
 */
export { createCompiledEvm } from './compiled/engine.ts'
export { DEFAULT_POLICY, FIRST_USE_POLICY, type TierPolicy } from './compiled/tier.ts'
export { createInterpreter } from './interpreter/engine.ts'
export type { Opcode, OpcodeTable, Pricing } from './opcodes.ts'
export { opcodesOf } from './opcodes.ts'
export { createPrecompiles, type PrecompileParts } from './precompiles/index.ts'
export { createReferenceEvm } from './reference/engine.ts'
export { referencePrecompiles } from './reference/precompiles.ts'

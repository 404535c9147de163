/**
 * Core: the machine room. One WebAssembly program in one linear memory does what the node does a million times a second:
 * arithmetic on 256-bit words, Keccak-256, the journal's tables and the EVM's instructions.
 *
 *   src/core/assembly (AssemblyScript) --scripts/buildCore.mjs--> dist/core.wasm --createCore--> Core { exports, memory }
 *
 *   0        32 KiB    64 KiB   512 KiB  35 MiB    99 MiB        355 MiB
 *   | statics | CONTEXT | FRAMES | STACK  | RETURN  | EVM MEMORY  | HEAP: journal, code ... grows
 *
 * - C1 *Everything is a pointer*: no objects and no collector inside; a word is four little-endian u64 limbs, a hash or
 *   an address is a word too, gas is a u64, and code, input and output are raw bytes.
 * - C2 *`out` may be any input*: a function on words reads all its operands before it writes.
 * - C3 *Regions do not meet*: every frame's stack, memory and buffers follow those of its parent inside one region each,
 *   and what would leave the region is out of gas or too deep first.
 * - C4 *Views do not outlive a call*: the heap may grow in any call into the core, which detaches all of JavaScript's
 *   views of the memory. `CoreMemory` makes them anew.
 * - C5 *One host call per location*: the core asks TypeScript only for what no transaction has touched yet (D1, D2).
 *
 * layout.ts is read by both compilers, so offsets have one home.
 */

export * as forkTable from './assembly/interpreter/forkTable.ts'
export * as opcodes from './assembly/interpreter/opcodes.ts'
export * as outcome from './assembly/interpreter/outcome.ts'
export * as journalLayout from './assembly/journal/record.ts'
export * as layout from './assembly/layout.ts'
export * from './core.ts'
export type * from './exports.ts'
export type { CoreMemory } from './memory.ts'
export type { CompiledModule, FunctionTable, LinearMemory } from './webAssembly.ts'

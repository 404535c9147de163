/**
 * WASM: contracts compiled to WebAssembly, on V8, as exact and as bounded as the EVM.
 *
 *   module -> decode -> check -> instrument -> V8 -> instance per frame
 *                                                      |  ^
 *                                                      v  | host functions: memory, ink, Host.journal, Host.call
 *
 * V8 runs code fast but counts nothing and promises little: it has floats, threads, machine-dependent limits. So a
 * module is taken apart before it is stored, everything that could differ between two machines is refused, and the rest
 * is rewritten to meter itself. A stored module is prepared again by the thread that first calls it, cached, and shared with
 * all others.
 *
 * - W1 *Paid before done.* A basic block's ink is taken before it runs, bulk operations and pages before they act, a
 *   frame's start before it is instantiated. 10,000 ink are a gas.
 * - W2 *Metered depth.* Each function takes words of stack, from a budget that all open frames of a transaction share;
 *   V8's own stack is larger than any such tree. Its `RangeError` is a bug, never an outcome.
 * - W3 *Nothing outlives a frame* but the journal: each finds an instance in which all that code can change is as in a fresh
 *   one.
 * - W4 *Prices are formulas* over bytes and counts, under one version; no cache, clock or compiler changes them.
 * - W5 *Bytes never throw.* Any code and any arguments lead to a fault or a `Result`.
 *
 * The interface to contracts is Stylus's `vm_hooks`; constants and deviations are in docs/decisions/003-wasm-rules.md.
 */
export { END_MARKER } from './decode.ts'
export { createWasmEngine } from './engine.ts'
export type { ModuleExchange } from './prepare.ts'
export type { Decompress } from './unpack.ts'

import type { CoreExports, Pointer } from './exports.ts'
import { type CoreMemory, createCoreMemory } from './memory.ts'
import { type CompiledModule, Instance, Module } from './webAssembly.ts'

/**
 * What the core asks of its host, each at most once per location and transaction. All in memory: the host reads what is
 * asked for at the pointer and writes the answer there.
 */
export type CoreHost = {
  /** Fills an account record of the journal. */
  loadAccount: (record: Pointer) => void
  /** Fills a code record of the journal. */
  loadCode: (record: Pointer) => void
  /** Fills a storage entry of the journal. */
  loadSlot: (entry: Pointer) => void
  /** Writes the hash of the block whose number is the word at `number` to the word `out`; 0 when it is out of reach. */
  blockHash: (number: Pointer, out: Pointer) => number
}

/**
 * One instance of core.wasm with its memory. Belongs to one thread. The journal and the engine that use it each put their
 * answers into `host`.
 */
export type Core = { readonly exports: CoreExports; readonly memory: CoreMemory; readonly host: CoreHost }

/** Compiles core.wasm, or another program of this project's. The caller finds its bytes: this room does no input or output. */
export function compileModule(bytes: Uint8Array): CompiledModule {
  return new Module(bytes)
}

/**
 * Instantiates core.wasm (dist/core.wasm, built from src/core/assembly). The caller finds, compiles and keeps the module,
 * one per thread or one for all: how is a matter of the machine, and this room does no input or output.
 */
export function createCore(module: CompiledModule, host: CoreHost): Core {
  const answers = { ...host }
  const imports: CoreHost = {
    loadAccount: (record) => answers.loadAccount(record),
    loadCode: (record) => answers.loadCode(record),
    loadSlot: (entry) => answers.loadSlot(entry),
    blockHash: (number, out) => answers.blockHash(number, out),
  }
  // The compiler that wrote the module checked these types; WebAssembly itself tells only names.
  const exports = new Instance(module, { host: imports }).exports as CoreExports
  return { exports, memory: createCoreMemory(exports), host: answers }
}

import type { CompiledModule, CoreExports, LinearMemory, Pointer } from '../../core/index.ts'
import type { Bytes } from '../../primitives/index.ts'

/** What this folder uses of WebAssembly. Typed here: neither ES2023 nor Node 20's types declare it, the browser's bring the whole DOM. */
type WebAssemblyApi = {
  /** Throws a `CompileError` for what is no module. V8 compiles functions when they are first called. */
  readonly Module: new (
    bytes: Bytes,
  ) => CompiledModule
  readonly Instance: new (
    module: CompiledModule,
    imports: { readonly core: Imports },
  ) => { readonly exports: { readonly enter: Enter } }
}

/** What a translation imports: functions of the core, its memory, and where the map of jumps stands. */
export type Imports = Readonly<Record<string, CoreExports[keyof CoreExports] | LinearMemory | Pointer>>

/** Runs a frame from a function of its translation on; gives a status. */
export type Enter = (frame: Pointer, functionNumber: number) => number

const api: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly')

export const { Module, Instance } = api

import type { Bytes } from '../primitives/index.ts'

/**
 * What this room uses of V8's WebAssembly. Typed here, because neither ES2023 nor Node 20's types declare these values
 * and the browser's declarations would bring the whole DOM.
 */
type WebAssemblyApi = {
  readonly validate: (bytes: Bytes) => boolean
  /** Throws a `CompileError` for an invalid module. */
  readonly Module: new (
    bytes: Bytes,
  ) => CompiledModule
  readonly Instance: new (module: CompiledModule, imports: Imports) => { readonly exports: Exports }
  readonly Memory: new (...args: never) => LinearMemory
  readonly Global: new (...args: never) => GlobalVariable
  readonly RuntimeError: new (...args: never) => Error
  readonly CompileError: new (...args: never) => Error
}

/** A compiled module: opaque, immutable, instantiated any number of times. */
export type CompiledModule = { readonly compiledModule: never }

/** Functions to import, by module and name. */
export type Imports = Readonly<Record<string, Readonly<Record<string, ImportedFunction>>>>
type ImportedFunction = (...args: never) => unknown

/** What an instance exports, by name. */
export type Exports = Readonly<Record<string, unknown>>

/** A module's memory. Its buffer is replaced when it grows, so it is asked for anew each time. */
export type LinearMemory = { readonly buffer: ArrayBuffer; grow(pages: number): number }

/** A mutable global: an i32 is a number, an i64 a bigint. */
export type GlobalVariable<value = number | bigint> = { value: value }

const api: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly')

export const { validate, Module, Instance, Memory, Global, RuntimeError, CompileError } = api

/** What this room uses of WebAssembly. Typed here: neither ES2023 nor Node 20's types declare it, the browser's bring the whole DOM. */
type WebAssemblyApi = {
  readonly Module: new (bytes: Uint8Array) => CompiledModule
  readonly Instance: new (module: CompiledModule, imports: object) => { readonly exports: object }
}

/** A compiled `WebAssembly.Module`: opaque, immutable, instantiated any number of times, sent between threads. */
export type CompiledModule = { readonly compiledModule: never }

/** A `WebAssembly.Memory`. Growing it replaces its buffer and detaches the old one. */
export type LinearMemory = { readonly buffer: ArrayBuffer; grow(pages: number): number }

/** A `WebAssembly.Table` of functions. */
export type FunctionTable = {
  readonly length: number
  grow(entries: number): number
  set(index: number, entry: object | null): void
}

const api: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly')

export const { Instance, Module } = api

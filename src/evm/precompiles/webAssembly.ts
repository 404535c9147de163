import type { CompiledModule } from '../../core/index.ts'

/** Where something stands in an instance's memory, in bytes. */
export type Pointer = number

/** A `WebAssembly.Memory`. */
export type LinearMemory = { readonly buffer: ArrayBuffer }

type WebAssemblyApi = {
  readonly Instance: new (module: CompiledModule, imports: object) => { readonly exports: object }
  readonly Memory: new (pages: { readonly initial: number }) => LinearMemory
}

const api: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly')

export const { Instance, Memory } = api

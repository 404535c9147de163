import type { Bytes } from '../../../src/primitives/index.ts'

/** What these tests use of V8's WebAssembly; ES2023 and Node 20's types declare none of it. */
type WebAssemblyApi = {
  readonly Module: {
    new (bytes: Bytes): Module
    imports(module: Module): readonly { readonly module: string; readonly name: string; readonly kind: string }[]
    exports(module: Module): readonly { readonly name: string; readonly kind: string }[]
    customSections(module: Module, name: string): readonly ArrayBuffer[]
  }
  readonly Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, (...args: never) => unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
}

/** A compiled module. */
export type Module = { readonly compiled: never }

/** A module's memory; its buffer is replaced when it grows. */
export type Memory = { readonly buffer: ArrayBuffer }

const api: WebAssemblyApi = Reflect.get(globalThis, 'WebAssembly')
export const { Module, Instance } = api

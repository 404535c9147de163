import { readFileSync } from 'node:fs'
import { type CompiledModule, type Core, type CoreHost, createCore } from '../../src/core/index.ts'
import { assert } from '../../src/primitives/index.ts'

const unreached = (): never => {
  assert(false, 'this core has no host')
}

const noHost: CoreHost = { loadAccount: unreached, loadCode: unreached, loadSlot: unreached, blockHash: unreached }

let compiled: CompiledModule | undefined

/** A core on dist/core.wasm, which `npm run build` writes; the module is compiled once. Its host may not be asked unless given. */
export function createTestCore(host: CoreHost = noHost): Core {
  const { Module } = Reflect.get(globalThis, 'WebAssembly') as { Module: new (bytes: Buffer) => CompiledModule }
  compiled ??= new Module(readFileSync(wasmFile()))
  return createCore(compiled, host)
}

/** Programs for tests are bundled into dist/ themselves. */
function wasmFile(): URL {
  const isBundled = import.meta.url.includes('/dist/')
  return new URL(isBundled ? 'core.wasm' : '../../dist/core.wasm', import.meta.url)
}

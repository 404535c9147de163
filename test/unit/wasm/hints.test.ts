import { describe, expect, test } from 'vitest'
import { decompressBrotli } from '../../../src/node/brotli.ts'
import { concatBytes, rulesOf } from '../../../src/primitives/index.ts'
import { createWasmEngine } from '../../../src/wasm/index.ts'
import { assemble, contract } from './support/world.ts'

const engine = createWasmEngine({ decompress: decompressBrotli })
const rules = rulesOf('osaka')
const faultOf = (code: Uint8Array, gasLimit = 10n ** 9n): string => {
  const validation = engine.validate(code, gasLimit, rules)
  return validation.status === 'halt' ? `${validation.reason}: ${validation.fault}` : 'valid'
}
const importing = (module: string, name: string): Uint8Array =>
  contract('(i32.const 0)', `(import "${module}" "${name}" (func))`)

/** A contract with a custom section of so many bytes. */
function withCustomSection(bytes: number): Uint8Array {
  const length = [0x80 | (bytes & 0x7f), 0x80 | ((bytes >> 7) & 0x7f), bytes >> 14]
  const content = new Uint8Array(bytes)
  content.set([4, 0x6e, 0x61, 0x6d, 0x65])
  return concatBytes(contract('(i32.const 0)'), Uint8Array.of(0, ...length), content)
}

describe('a refusal says what to do', () => {
  test.each([
    ['vm_hooks', 'storage_store_bytes32', 'is now storage_cache_bytes32'],
    ['vm_hooks', 'memory_grow', 'is now pay_for_memory_grow'],
    ['vm_hooks', 'block_difficulty', 'is now prevrandao, of module evmpp'],
    ['forward', 'read_args', 'before Stylus had a main network'],
    ['console', 'log_txt', 'debugging output'],
    ['env', 'abort', '--use abort='],
    ['env', 'memcpy', 'undefined symbol'],
    ['wasi_snapshot_preview1', 'fd_write', 'wasm32-unknown-unknown'],
  ])('about the import %s.%s', (module, name, hint) => {
    expect(faultOf(importing(module, name))).toMatch(`unknown import ${module}.${name}`)
    expect(faultOf(importing(module, name))).toContain(hint)
  })

  test('about instructions, types, locals and old entry points', () => {
    expect(faultOf(contract('(drop (f64.const 1)) (i32.const 0)'))).toContain('use integers')
    expect(faultOf(contract('(local v128) (i32.const 0)'))).toMatch('local of type 0x7b (compile without -msimd128')
    const locals = `(local ${'i64 '.repeat(348)}) (i32.const 0)`
    expect(faultOf(contract(locals))).toMatch(/more than 348 parameters and locals \(compile with -O2 or -Os/)
    const old = assemble(
      '(module (memory (export "memory") 1) (func (export "arbitrum_main") (param i32) (result i32) (i32.const 0)))',
    )
    expect(faultOf(old)).toContain('arbitrum_main is from before')
  })

  test('about size: custom sections count, and so does the gas of a transaction', () => {
    expect(faultOf(withCustomSection(140_000))).toMatch(/invalid-code: \d+ bytes, more than 131072; 140000 bytes of it/)
    const unpaid = faultOf(withCustomSection(100_000), 1_000_000n)
    expect(unpaid).toMatch(
      /^out-of-gas: out of gas: a module of \d+ bytes costs 30 gas a byte .* 100000 bytes of it are custom/,
    )
    expect(unpaid).toContain('compressed')
  })
})

import { brotliCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { decompressBrotli } from '../../../src/node/brotli.ts'
import { concatBytes, fromHex, rulesOf, type WasmRulesVersion } from '../../../src/primitives/index.ts'
import type { Execution, Result } from '../../../src/vm/index.ts'
import { createWasmEngine } from '../../../src/wasm/index.ts'
import { MAX_BASIC_BLOCKS, MAX_EDGES_TIMES_LOCALS } from '../../../src/wasm/limits.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { Module } from '../../../src/wasm/v8.ts'
import { shapedModule } from '../../harness/wasm/shapes.ts'
import { CONTRACT, callTo, contract, createWorld } from './support/world.ts'

/** `count` empty loops: little code, much of it metered. */
const emptyLoops = (count: number): Uint8Array =>
  shapedModule((code) => {
    for (let index = 0; index < count; index += 1) code.byte(0x03, 0x40, 0x0b)
  }, 1)
const compressed = (module: Uint8Array): Uint8Array =>
  concatBytes(fromHex('0xeff00000'), new Uint8Array(brotliCompressSync(module)))

/** An engine that counts what it does, each call in a transaction of its own unless `host` is given. */
function countingEngine(version: WasmRulesVersion) {
  const counts = { decompressed: 0, prepared: 0 }
  const engine = createWasmEngine({
    decompress: (bytes, limit) => {
      counts.decompressed += 1
      return decompressBrotli(bytes, limit)
    },
    exchange: {
      offer: () => {
        counts.prepared += 1
      },
      take: () => undefined,
    },
  })
  const newHost = () => ({ ...createWorld().host, rules: rulesOf('osaka', version) })
  const call = (code: Uint8Array, gasLimit: bigint, host = newHost(), changes: Partial<Execution> = {}): Result =>
    engine.execute(callTo(CONTRACT, { gasLimit, ...changes }), code, host)
  const priceOf = (code: Uint8Array, host = newHost()): bigint => {
    const result = call(code, 10_000_000n, host)
    if (result.status !== 'success') throw new Error(`${result.status}`)
    return 10_000_000n - result.gasLeft
  }
  return { engine, counts, newHost, call, priceOf }
}

describe('what a call costs is there before anything is done for it', () => {
  const code = compressed(emptyLoops(2_000))

  test.each([1, 2] as const)('version %i: nothing is decompressed for less than any frame costs', (version) => {
    const { counts, call } = countingEngine(version)
    for (const gasLimit of [0n, 100n, 8_831n]) expect(call(code, gasLimit)).toMatchObject({ reason: 'out-of-gas' })
    expect(counts).toEqual({ decompressed: 0, prepared: 0 })
  })

  test.each([1, 2] as const)('version %i: the module is not prepared for less than its price', (version) => {
    const { counts, call, priceOf } = countingEngine(version)
    const module = emptyLoops(2_000)
    const { size } = prepareModule(module, version) as { size: { meteredBytes: number } }
    const price = version === 1 ? 8_832 + Math.ceil(module.length / 8) : 2_700 + Math.ceil(size.meteredBytes / 3)
    const least = BigInt(version === 1 ? 8_832 + Math.floor((module.length - 1) / 8) : price - 100)
    expect(call(code, least)).toMatchObject({ status: 'halt', reason: 'out-of-gas' })
    expect(counts.prepared).toBe(0)
    expect(priceOf(code)).toBeGreaterThan(BigInt(price))
    expect(counts.prepared).toBe(1)
    // Cached by now, and it costs the same and ends the same.
    expect(call(code, least)).toMatchObject({ status: 'halt', reason: 'out-of-gas' })
  })

  test('version 2: what a module costs is what preparing it takes, cached or not, once a transaction', () => {
    const { newHost, priceOf } = countingEngine(2)
    const [thin, dense] = [contract('(i32.const 0)'), emptyLoops(2_000)]
    const host = newHost()
    const first = priceOf(dense, host)
    const second = priceOf(dense, host)
    expect(first).toBeGreaterThan(25_000n)
    expect(second).toBeLessThan(first / 2n)
    expect(priceOf(dense)).toBe(first)
    expect(priceOf(thin)).toBeLessThan(9_000n)
    expect(priceOf(thin, host)).toBe(priceOf(thin, host))
  })

  test('version 2: a deployment pays for what metering adds, and stops when the gas does not suffice', () => {
    const { engine, counts, newHost } = countingEngine(2)
    const [rules, module] = [rulesOf('osaka', 2), emptyLoops(2_000)]
    const left = (gasLimit: bigint) => engine.validate(module, gasLimit, rules)
    const paidBytes = 50_000n + 30n * BigInt(module.length)
    expect(left(paidBytes + 100_000n)).toMatchObject({ status: 'halt', reason: 'out-of-gas' })
    expect(counts.prepared).toBe(0)
    const { size } = prepareModule(module, 2) as { size: { meteredBytes: number; functions: number } }
    const price = paidBytes + 4n * BigInt(size.meteredBytes) + 200n + 1_000n
    expect(left(price)).toMatchObject({ status: 'valid', gasLeft: 0n })
    expect(left(price - 1n)).toMatchObject({ status: 'halt', reason: 'out-of-gas' })
    expect(newHost().rules.wasmRules).toBe(2)
  })
})

describe('functions that V8 compiles in more than linear time', () => {
  const loops = (locals: number, count: number): Uint8Array =>
    shapedModule((code) => {
      for (let index = 0; index < count; index += 1) code.byte(0x03, 0x40)
      for (let index = 0; index < count; index += 1) code.byte(0x20, 0, 0x0d, 0, 0x0b)
    }, locals)
  const reasonOf = (code: Uint8Array, version: WasmRulesVersion): string => {
    const prepared = prepareModule(code, version)
    return prepared.kind === 'invalid' ? prepared.fault.reason : 'fine'
  }

  test('are refused by version 2, which says what to do', () => {
    // The function's own end is a basic block, too.
    const most = Math.floor((MAX_EDGES_TIMES_LOCALS / 346 - 1) / 3)
    expect(reasonOf(loops(345, most), 2)).toBe('fine')
    expect(reasonOf(loops(345, most + 1), 2)).toMatch(/times locals, more than 131072 .*-O0.* in function 0/)
    expect(reasonOf(loops(345, 900), 2)).toMatch('-Os')
    expect(reasonOf(emptyLoops(MAX_BASIC_BLOCKS / 2), 2)).toMatch('basic blocks, more than 4096')
    expect(reasonOf(emptyLoops(MAX_BASIC_BLOCKS / 2 - 1), 2)).toBe('fine')
  })

  test('as are their branch tables', () => {
    const table = (locals: number, targets: number): Uint8Array =>
      shapedModule((code) => {
        code.byte(0x02, 0x40, 0x20, 0, 0x0e).u32(targets)
        for (let target = 0; target <= targets; target += 1) code.byte(0)
        code.byte(0x0b)
      }, locals)
    expect(reasonOf(table(345, 375), 2)).toBe('fine')
    expect(reasonOf(table(345, 4_000), 2)).toMatch('branch targets times locals')
  })

  test('go on where version 1 took them', () => {
    expect(reasonOf(loops(345, 900), 1)).toBe('fine')
    expect(reasonOf(emptyLoops(MAX_BASIC_BLOCKS), 1)).toBe('fine')
  })
})

describe('a module of version 1 beyond the bounds of version 2', () => {
  test('is compiled so that the optimiser never sees it, any other as usual', () => {
    const seen: number[] = []
    const engine = createWasmEngine({
      decompress: decompressBrotli,
      compileBaseline: (bytes) => {
        seen.push(bytes.length)
        return new Module(bytes)
      },
    })
    const rules = rulesOf('osaka', 1)
    const light = engine.validate(emptyLoops(100), 10n ** 9n, rules)
    expect([light.status, seen.length]).toEqual(['valid', 0])
    const heavy = engine.validate(emptyLoops(MAX_BASIC_BLOCKS), 10n ** 9n, rules)
    expect([heavy.status, seen.length]).toEqual(['valid', 1])
  })
})

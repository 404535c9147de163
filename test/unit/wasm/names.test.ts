import { describe, expect, test } from 'vitest'
import { decompressBrotli } from '../../../src/node/brotli.ts'
import { concatBytes, rulesOf, type WasmRulesVersion } from '../../../src/primitives/index.ts'
import { createWasmEngine } from '../../../src/wasm/index.ts'
import { CONTRACT, callTo, createWorld } from './support/world.ts'

const engine = createWasmEngine({ decompress: decompressBrotli })
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
const MARK = '\ufeff'

function section(id: number, content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(id, content.length), content)
}

function sized(bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(bytes.length), bytes)
}

/** A contract whose function and memory are exported under these names, each once. */
function exporting(functions: readonly Uint8Array[], memories: readonly Uint8Array[]): Uint8Array {
  const entries = [
    ...functions.map((name) => concatBytes(sized(name), Uint8Array.of(0, 0))),
    ...memories.map((name) => concatBytes(sized(name), Uint8Array.of(2, 0))),
  ]
  return concatBytes(
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
    section(1, Uint8Array.of(1, 0x60, 1, 0x7f, 1, 0x7f)),
    section(3, Uint8Array.of(1, 0)),
    section(5, Uint8Array.of(1, 0, 1)),
    section(7, concatBytes(Uint8Array.of(entries.length), ...entries)),
    section(10, Uint8Array.of(1, 4, 0, 0x41, 0, 0x0b)),
  )
}

const ENTRY = encode('user_entrypoint')
const MEMORY = encode('memory')

/** How the module is taken at a deployment and at a call: the same at both. */
function outcomes(code: Uint8Array, version: WasmRulesVersion): string {
  const rules = rulesOf('osaka', version)
  const validation = engine.validate(code, 10n ** 9n, rules)
  const world = createWorld()
  const result = engine.execute(callTo(CONTRACT), code, { ...world.host, rules })
  const [stored, called] = [validation, result].map((it) =>
    it.status === 'halt' ? `${it.reason}: ${it.fault}` : 'fine',
  )
  expect(called).toBe(stored)
  return stored ?? ''
}

describe('names in a module', () => {
  test('that differ in a byte-order mark are two names, and the mark is a part of the name', () => {
    expect(outcomes(exporting([ENTRY], [MEMORY, encode(`${MARK}memory`)]), 2)).toBe('fine')
    expect(outcomes(exporting([ENTRY], [encode(`${MARK}memory`)]), 2)).toMatch('invalid-code: no export "memory"')
    expect(outcomes(exporting([encode(`${MARK}user_entrypoint`)], [MEMORY]), 2)).toMatch('no export "user_entrypoint"')
  })

  test('that version 1 reads as one name make the module invalid there, and never throw', () => {
    const twice = exporting([ENTRY], [MEMORY, encode(`${MARK}memory`)])
    expect(outcomes(twice, 1)).toMatch('invalid-code: second export "memory"')
    expect(outcomes(exporting([ENTRY, encode(`${MARK}user_entrypoint`)], [MEMORY]), 1)).toMatch('second export')
    expect(outcomes(exporting([ENTRY], [encode(`${MARK}memory`)]), 1)).toBe('fine')
  })

  test('are compared byte by byte, not by what Unicode takes for equal', () => {
    const [composed, decomposed] = [encode('\u00e9'), encode('e\u0301')]
    expect(outcomes(exporting([ENTRY, composed, decomposed], [MEMORY]), 2)).toBe('fine')
    expect(outcomes(exporting([ENTRY], [MEMORY, encode('memory\u0000')]), 2)).toBe('fine')
    expect(outcomes(exporting([ENTRY, ENTRY], [MEMORY]), 2)).toMatch('invalid-code: second export')
  })

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['a cut sequence', [0xe2, 0x82]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['an over-long zero', [0xc0, 0x80]],
    ['a code point above the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('are UTF-8: %s makes the module invalid', (_what, bytes) => {
    for (const version of [1, 2] as const) {
      expect(outcomes(exporting([ENTRY, Uint8Array.from(bytes)], [MEMORY]), version)).toMatch('name that is not UTF-8')
    }
    const custom = section(0, concatBytes(sized(Uint8Array.from(bytes)), Uint8Array.of(1, 2, 3)))
    const module = concatBytes(exporting([ENTRY], [MEMORY]), custom)
    expect(outcomes(module, 2)).toMatch('name that is not UTF-8')
  })
})

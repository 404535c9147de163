import { describe, expect, test } from 'vitest'
import { translate } from '../../../src/evm/compiler/index.ts'
import { createCompiledEvm, createInterpreter, FIRST_USE_POLICY } from '../../../src/evm/index.ts'
import type { Bytes } from '../../../src/primitives/index.ts'
import { fromHex } from '../../../src/primitives/index.ts'
import { createCoreJournal } from '../../../src/state/index.ts'
import type { Result } from '../../../src/vm/index.ts'
import { createFakeHost, executionOf } from '../../compliance/evm/host.ts'
import { createTestCore } from '../../harness/core.ts'

const { validate } = Reflect.get(globalThis, 'WebAssembly') as { validate: (bytes: Bytes) => boolean }

const CODE_BYTES = 24_576
const HARDFORK = 'osaka'

/** A code of full size: `before` once, then `pattern` again and again. */
function wall(pattern: readonly number[], before: readonly number[] = []): Bytes {
  const code = new Uint8Array(CODE_BYTES)
  code.set(before)
  for (let i = before.length; i < CODE_BYTES; i++) code[i] = pattern[(i - before.length) % pattern.length] ?? 0
  return code
}

function times(count: number, ...bytes: readonly number[]): readonly number[] {
  return Array.from({ length: count }, () => bytes).flat()
}

/** Codes that make compilers slow or their output large. */
const hostile: readonly (readonly [string, Bytes])[] = [
  ['JUMPDEST flood', wall([0x5b])],
  ['PC JUMPI flood', wall([0x5b, 0x36, 0x58, 0x57])],
  ['jumps to where the stack says', wall([0x5b, 0x80, 0x56], [0x60, 0x03])],
  ['one block of additions', wall([0x80, 0x01], [0x60, 0x01])],
  ['one block of additions of loaded words', wall([0x81, 0x01], [0x58, 0x35, 0x58, 0x35])],
  ['SMOD wall', wall([0x81, 0x07], times(2, 0x58, 0x35))],
  ['DIV wall', wall([0x81, 0x04], times(2, 0x58, 0x35))],
  ['MUL wall', wall([0x80, 0x02], [0x58, 0x35])],
  ['EXP wall', wall([0x80, 0x0a], [0x58, 0x35])],
  ['ADDMOD wall', wall([0x81, 0x82, 0x08], times(3, 0x58, 0x35))],
  ['SIGNEXTEND wall', wall([0x80, 0x0b], [0x58, 0x35])],
  ['PUSH to the limit', wall([0x58])],
  ['PUSH32 and POP', wall([...times(33, 0x7f), 0x50])],
  ['DUP1 to the limit, POP back', wall([...times(1000, 0x80), ...times(1000, 0x50)], [0x58])],
  ['DUP16 and POP', wall([0x8f, 0x50], times(16, 0x58))],
  ['SWAP16', wall([0x9f], times(17, 0x58))],
  ['SWAP1 to SWAP16 over loaded words', wall([0x90, 0x93, 0x9f, 0x97], times(17, 0x58, 0x35))],
  ['SWAP16 and SLOAD', wall([0x9f, 0x54], times(17, 0x58))],
  ['deep stack and SLOAD', wall([0x54], times(1000, 0x58))],
  ['deep stack and JUMPI', wall([0x5f, 0x58, 0x57], times(1000, 0x58))],
  ['MLOAD wall', wall([0x51], [0x58])],
  ['MSTORE wall', wall([0x80, 0x80, 0x52], [0x58])],
  ['SSTORE wall', wall([0x80, 0x80, 0x55], [0x58])],
  ['KECCAK256 wall', wall([0x80, 0x81, 0x20, 0x50], times(2, 0x58))],
  ['GAS wall', wall([0x5a, 0x50])],
  ['CALL wall', wall([...times(7, 0x5f), 0xf1, 0x50])],
  ['LOG4 wall', wall([...times(6, 0x5f), 0xa4])],
  ['STOP and JUMPDEST', wall([0x00, 0x5b])],
  ['nothing known', wall([0x0c])],
]

/** What a search for codes that take V8's optimiser longest found: up to 60 ms of processor time a KiB, linear in the size. */
const slowToCompile: readonly (readonly [string, Bytes])[] = [
  '161891021b5439935552550606601801a1477f0b1019fa',
  '7f330a365aa139599710543952051d37397f91130a',
  '97338030035a34a1395c095597593952051d377f911309',
].map((pattern) => [`slow ${pattern.slice(0, 8)}`, wall([...fromHex(`0x${pattern}`)], times(30, 0x58, 0x35))])

/** Size and number of locals of each function of a module. Source: WebAssembly specification 2.0, section 5.5.13. */
function functionsOf(module: Bytes): readonly { readonly bytes: number; readonly locals: number }[] {
  const CODE_SECTION = 10
  let at = 8
  const number = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++] ?? 0
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < module.length) {
    const id = module[at++]
    const end = number() + at
    if (id === CODE_SECTION) {
      return Array.from({ length: number() }, () => {
        const bytes = number()
        const next = at + bytes
        let locals = 0
        for (let groups = number(); groups > 0; groups--) {
          locals += number()
          at += 1
        }
        at = next
        return { bytes, locals }
      })
    }
    at = end
  }
  return []
}

describe('hostile code', () => {
  const [interpret, compile] = [createInterpreter, createCompiledOnFirstUse].map((create) => {
    const core = createTestCore()
    const journal = createCoreJournal(core)
    const engine = create(core)(HARDFORK)
    return (code: Bytes): Result => {
      return engine.execute(
        executionOf({ gasLimit: 2_000_000n }),
        code,
        createFakeHost(HARDFORK, undefined, undefined, journal),
      )
    }
  })

  test.each(hostile)('%s stays within its bounds and ends as interpreted', (_name, code) => {
    const translation = translate(code, HARDFORK)
    if (translation !== undefined) {
      expect(translation.module.length).toBeLessThanOrEqual(10 * 1024 + 32 * code.length)
      expect(validate(translation.module)).toBe(true)
    }
    expect(compile?.(code)).toEqual(interpret?.(code))
  })

  test('some of it is compiled and some is refused', () => {
    const compiled = hostile.filter(([, code]) => translate(code, HARDFORK) !== undefined)
    expect(compiled.length).toBeGreaterThan(5)
    expect(compiled.length).toBeLessThan(hostile.length)
  })

  test.each([...hostile, ...slowToCompile])('%s becomes small functions without loops', (_name, code) => {
    const translation = translate(code, HARDFORK)
    if (translation === undefined) return
    const functions = functionsOf(translation.module)
    expect(Math.max(...functions.map(({ bytes }) => bytes))).toBeLessThanOrEqual(40 * 1024)
    expect(Math.max(...functions.map(({ locals }) => locals))).toBeLessThanOrEqual(700)
  })

  test('what is slowest to compile stays linear in the code: its functions do not grow with it', () => {
    for (const [, code] of slowToCompile) {
      const [half, whole] = [code.subarray(0, CODE_BYTES / 2), code].map((part) => translate(part, HARDFORK))
      if (half === undefined || whole === undefined) throw new Error('it is compiled')
      const largest = (translation: typeof whole): number =>
        Math.max(...functionsOf(translation.module).map(({ bytes }) => bytes))
      expect(largest(whole)).toBeLessThanOrEqual(1.2 * largest(half))
      expect(whole.module.length).toBeLessThanOrEqual(2.1 * half.module.length)
    }
  })

  test('init code of full size is never compiled', () => {
    expect(translate(new Uint8Array(2 * CODE_BYTES), HARDFORK)).toBeUndefined()
  })
})

function createCompiledOnFirstUse(core: ReturnType<typeof createTestCore>) {
  return createCompiledEvm(core, FIRST_USE_POLICY)
}

test('a translation depends on code and fork alone', () => {
  const code = wall([0x58, 0x58, 0x01, 0x50])
  expect(translate(code, HARDFORK)).toEqual(translate(code, HARDFORK))
})

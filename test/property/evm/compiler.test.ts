import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCompiledEvm, createInterpreter, FIRST_USE_POLICY, opcodesOf } from '../../../src/evm/index.ts'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { concatBytes, HARDFORKS, wordToBytes } from '../../../src/primitives/index.ts'
import type { Journal } from '../../../src/state/index.ts'
import { createCoreJournal } from '../../../src/state/index.ts'
import type { Result, VmEngine } from '../../../src/vm/index.ts'
import { createFakeHost, executionOf, SELF } from '../../compliance/evm/host.ts'
import { createTestCore } from '../../harness/core.ts'

type Machine = { readonly journal: Journal; readonly evmOf: (hardfork: Hardfork) => VmEngine }

const interpreter = machine(createInterpreter)
const compiled = machine((core) => createCompiledEvm(core, FIRST_USE_POLICY))

function machine(create: (core: ReturnType<typeof createTestCore>) => Machine['evmOf']): Machine {
  const core = createTestCore()
  return { journal: createCoreJournal(core), evmOf: create(core) }
}

type Program = { readonly hardfork: Hardfork; readonly code: Bytes; readonly input: Bytes }

/** All that one frame leaves behind, on whatever gas. */
function observe({ journal, evmOf }: Machine, { hardfork, code, input }: Program, gasLimit: bigint) {
  const state = new Map([[SELF, { code, balanceWei: 5n, storage: [[1n, 7n]] as const }]])
  const host = createFakeHost(hardfork, state, undefined, journal)
  const result = evmOf(hardfork).execute(executionOf({ gasLimit, input }), code, host)
  return { result, ...host.journal.finish(host.rules), messages: host.messages }
}

function expectEqual(program: Program, gasLimit: bigint): Result {
  const expected = observe(interpreter, program, gasLimit)
  expect(observe(compiled, program, gasLimit)).toEqual(expected)
  return expected.result
}

const ENOUGH = 3_000_000n
const interesting = [0n, 1n, 2n, 31n, 32n, 255n, 256n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n]
const word = fc.oneof(
  fc.constantFrom(...interesting, 2n ** 128n - 1n, 2n ** 128n, 2n ** 255n, 2n ** 256n - 1n),
  fc.bigInt(0n, 300n),
  fc.bigInt(0n, 2n ** 64n),
  fc.bigInt(0n, 2n ** 256n - 1n),
)
const hardfork = fc.constantFrom<Hardfork>(...HARDFORKS)

/** Operations that go on, by what they take: a program picks from those that its stack suffices for. */
const CALLDATALOAD = 0x35
const JUMPDEST = 0x5b
const JUMPI = 0x57
const [MSTORE, PUSH1, PUSH2, PUSH32, RETURN] = [0x52, 0x60, 0x61, 0x7f, 0xf3]

type Step = { readonly pick: number; readonly word: bigint; readonly kind: 'push' | 'operation' | 'shuffle' | 'branch' }

const step: fc.Arbitrary<Step> = fc.record({
  pick: fc.nat(),
  word,
  kind: fc.constantFrom('push', 'operation', 'operation', 'operation', 'shuffle', 'shuffle', 'branch'),
})

/** A program whose stack never runs dry: words from the input, the steps, then all that is on the stack as output. */
function programOf(fork: Hardfork, steps: readonly Step[]): Bytes {
  const code: number[] = []
  let height = 0
  const push = (value: bigint): void => {
    code.push(PUSH32, ...wordToBytes(value))
    height += 1
  }
  for (let i = 0; i < 6; i++) {
    code.push(PUSH1, 32 * i, CALLDATALOAD)
    height += 1
  }
  const operations = opcodesOf(fork).filter((opcode) => opcode !== undefined)
  for (const { pick, word: value, kind } of steps) {
    if (kind === 'push') push(value)
    else if (kind === 'branch') {
      // Over an operation or not, as a word says; both ways meet with the same height.
      const target = code.length + 6
      code.push(0x80, PUSH2, target >> 8, target & 0xff, JUMPI, 0x19, JUMPDEST)
    } else {
      const isPossible = kind === 'shuffle' ? isShuffle : goesOn
      const possible = operations.filter(({ name, pops }) => pops <= height && isPossible(name))
      const opcode = possible[pick % possible.length]
      if (opcode === undefined || height > 900) continue
      code.push(opcode.byte)
      height += opcode.pushes - opcode.pops
    }
  }
  for (let i = 0; i < height; i++) code.push(PUSH2, (32 * i) >> 8, (32 * i) & 0xff, MSTORE)
  const size = 32 * height
  return Uint8Array.from([...code, PUSH2, size >> 8, size & 0xff, PUSH1, 0, RETURN])
}

function isShuffle(name: string): boolean {
  return /^(DUP|SWAP|POP)/.test(name)
}

function goesOn(name: string): boolean {
  return !/^(PUSH|DUP|SWAP|JUMP|STOP|RETURN$|REVERT|SELFDESTRUCT|INVALID)/.test(name)
}

const program = fc
  .tuple(hardfork, fc.array(step, { maxLength: 60 }), fc.array(word, { minLength: 6, maxLength: 6 }))
  .map(([fork, steps, words]): Program => {
    return { hardfork: fork, code: programOf(fork, steps), input: concatBytes(...words.map(wordToBytes)) }
  })

describe('compiled code', () => {
  test('ends as the interpreter does: result, gas, state, logs, access set', () => {
    fc.assert(
      fc.property(program, (generated) => {
        expectEqual(generated, ENOUGH)
      }),
      { numRuns: 400 },
    )
  })

  test('ends so on any gas', () => {
    fc.assert(
      fc.property(program, fc.double({ min: 0, max: 1, noNaN: true }), (generated, part) => {
        const result = expectEqual(generated, ENOUGH)
        const used = result.status === 'halt' ? 2000n : ENOUGH - result.gasLeft
        for (const gasLimit of [used, used - 1n, BigInt(Math.floor(Number(used) * part))]) {
          expectEqual(generated, gasLimit < 0n ? 0n : gasLimit)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('ends so for any bytes', () => {
    const bytes = fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: 0, max: 64 }).map((byte) => [PUSH1, byte]) },
          { weight: 4, arbitrary: fc.integer({ min: 0x01, max: 0x5f }).map((byte) => [byte]) },
          { weight: 2, arbitrary: fc.constant([JUMPDEST]) },
          { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => [byte]) },
          { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xff }).map((byte) => [byte]) },
        ),
        { maxLength: 120 },
      )
      .map((parts) => Uint8Array.from(parts.flat()))
    fc.assert(
      fc.property(hardfork, bytes, fc.bigInt(0n, 30_000n), (fork, code, gasLimit) => {
        expectEqual({ hardfork: fork, code, input: new Uint8Array(40).fill(0xff) }, gasLimit)
      }),
      { numRuns: 1500 },
    )
  })
})

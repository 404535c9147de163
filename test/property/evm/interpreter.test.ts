import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createInterpreter, createReferenceEvm } from '../../../src/evm/index.ts'
import type { Address, Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { EMPTY_BYTES, HARDFORKS, wordToBytes } from '../../../src/primitives/index.ts'
import type { Journal, JournalResult, Places } from '../../../src/state/index.ts'
import { createCoreJournal, createJournal } from '../../../src/state/index.ts'
import type { Execution, Message, Result, VmEngine } from '../../../src/vm/index.ts'
import type { Holding } from '../../compliance/evm/host.ts'
import { addressOf, CALLER, createFakeHost, executionOf, OTHER, SELF } from '../../compliance/evm/host.ts'
import { createTestCore } from '../../harness/core.ts'
import { placesOf } from '../../harness/observation.ts'

const core = createTestCore()
const coreJournal = createCoreJournal(core)
const interpreterOf = createInterpreter(core)

const STATE: ReadonlyMap<Address, Holding> = new Map([
  [
    SELF,
    {
      balanceWei: 1000n,
      nonce: 1n,
      storage: [
        [0n, 7n],
        [1n, 2n ** 255n],
      ] as const,
    },
  ],
  [OTHER, { balanceWei: 5n, code: Uint8Array.of(0x60, 0x01, 0x5b) }],
  [addressOf(2), { balanceWei: 0n }],
])

type Run = {
  readonly hardfork: Hardfork
  readonly code: Bytes
  readonly input: Bytes
  readonly gasLimit: bigint
  readonly isStatic: boolean
  /** How each child ends. */
  readonly end: (message: Message) => Result
}

/** Everything that is to be seen of one frame: how it ended, what it asked of its host, what the journal says then. */
function observe(engine: VmEngine, journal: Journal, run: Run): object {
  const host = createFakeHost(run.hardfork, STATE, run.end, journal)
  const { gasLimit, isStatic, input } = run
  const execution: Execution = executionOf({ gasLimit, isStatic, input, valueWei: 3n, depth: 1 })
  const checkpoint = journal.checkpoint()
  const result = engine.execute(execution, run.code, host)
  if (result.status !== 'success') journal.rollback(checkpoint)
  const finished = journal.refundGas < 0n ? 'in debt' : plain(journal.finish(host.rules))
  return { result, messages: host.messages, finished }
}

function plain({ access, ...rest }: JournalResult): object {
  const plainPlaces = (places: Places) => [...places].map(([address, slots]) => [address, [...slots].sort()]).sort()
  const [asked, touched] = [plainPlaces(placesOf(access)), plainPlaces(access.touched)]
  return { ...rest, reads: [...access.reads].sort(), writes: [...access.writes].sort(), asked, touched }
}

const byte = fc.integer({ min: 0, max: 255 })
const push = (bytes: readonly number[]): readonly number[] => [0x5f + bytes.length, ...bytes]
const interestingWord = fc.oneof(
  fc.bigInt(0n, 2n ** 256n - 1n),
  fc.constantFrom(
    0n,
    1n,
    31n,
    32n,
    255n,
    256n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 63n,
    2n ** 64n,
    2n ** 255n,
    2n ** 256n - 1n,
  ),
  fc.constantFrom(SELF, OTHER, CALLER, addressOf(1), addressOf(2), addressOf(0xdead)).map(BigInt),
)
const piece = fc.oneof(
  { weight: 6, arbitrary: byte.map((value) => push([value % 80])) },
  { weight: 2, arbitrary: interestingWord.map((word) => push([...wordToBytes(word)])) },
  { weight: 8, arbitrary: fc.integer({ min: 0x00, max: 0x5f }).map((opcode) => [opcode]) },
  { weight: 3, arbitrary: fc.integer({ min: 0x80, max: 0x9f }).map((opcode) => [opcode]) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0xa0, 0xa2, 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xfa, 0xfd, 0xff).map((o) => [o]),
  },
  { weight: 1, arbitrary: byte.map((value) => [value]) },
)
const code = fc
  .tuple(fc.array(interestingWord, { maxLength: 12 }), fc.array(piece, { maxLength: 60 }))
  .map(([words, pieces]) =>
    Uint8Array.from([...words.flatMap((word) => push([...wordToBytes(word)])), ...pieces.flat()]),
  )

const end = fc.constantFrom<Run['end'][]>(
  ({ gasLimit }) => ({ status: 'success', output: EMPTY_BYTES, gasLeft: gasLimit, created: addressOf(0xc0de) }),
  ({ gasLimit }) => ({ status: 'success', output: Uint8Array.of(1, 2, 3), gasLeft: gasLimit / 2n }),
  ({ gasLimit }) => ({ status: 'revert', output: new Uint8Array(70).fill(9), gasLeft: gasLimit }),
  () => ({ status: 'halt', reason: 'out-of-gas' }),
)

const run: fc.Arbitrary<Run> = fc.record({
  hardfork: fc.constantFrom(...HARDFORKS),
  code,
  input: fc.uint8Array({ maxLength: 100 }),
  gasLimit: fc.oneof(fc.bigInt(0n, 100_000n), fc.bigInt(0n, 5_000_000n)),
  isStatic: fc.boolean(),
  end,
})

describe('the interpreter', () => {
  test('does in one frame what the reference does, to the last unit of gas, read and touch', () => {
    fc.assert(
      fc.property(run, (each) => {
        const expected = observe(createReferenceEvm(each.hardfork), createJournal(), each)
        expect(observe(interpreterOf(each.hardfork), coreJournal, each)).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })
})

import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Address,
  addressFromWord,
  type Bytes,
  EMPTY_CODE_HASH,
  keccak256,
  keccakHash,
  rulesOf,
  type Word,
  wordFromBytes,
  wordToBytes,
  wordToHash,
} from '../../../src/primitives/index.ts'
import {
  type AccountDiff,
  createCoreJournal,
  createJournal,
  createOverlay,
  type Journal,
  type JournalResult,
  type StateView,
  viewOf,
} from '../../../src/state/index.ts'
import { createTestCore } from '../../harness/core.ts'
import { placesOf } from '../../harness/observation.ts'

/** What there is to name: few of each, so that operations meet, or many, so that tables grow. */
type World = { readonly addresses: readonly Address[]; readonly slots: readonly Word[]; readonly view: StateView }

/** One call: which, and what picks its account, slot and value. Any four numbers are one. */
type Move = readonly [method: number, address: number, slot: number, value: number]
type Arguments = { readonly of: Address; readonly at: Word; readonly value: Word; readonly pick: number }

const RIPEMD160 = addressFromWord(3n)
const MAX_WORD = 2n ** 256n - 1n
const values: readonly Word[] = [0n, 1n, 0n, 2n ** 64n, 7n, MAX_WORD, 2n ** 255n, 0n]
const amounts: readonly bigint[] = [0n, 1n, 2n ** 64n - 1n, 2n ** 130n, 300n, 2n ** 255n, MAX_WORD, 2n ** 254n]
/** Sums of products may be asked for that no balance can be. */
const asked: readonly bigint[] = [...amounts, MAX_WORD + 1n, MAX_WORD + 301n, 2n ** 400n]
const codes: readonly Bytes[] = [[], [0], [0x60, 1], [0, 0x61, 0x73, 0x6d]].map((bytes) => Uint8Array.from(bytes))
const rules = [rulesOf('homestead'), rulesOf('osaka')]

const pickFrom = <T>(list: readonly T[], pick: number): T => list[pick % list.length] as T

/** A number that looks random and depends on `n` only. */
const hashed = (n: number): Word => wordFromBytes(keccak256(wordToBytes(BigInt(n))))

/** Slots are small, huge, and alike but for one limb or bit. */
function slotNumber(n: number): Word {
  if (n % 3 === 0) return BigInt(n)
  return n % 3 === 1 ? hashed(n) : 2n ** BigInt((n * 37) % 256)
}

function accountOf(address: Address, index: number, slots: readonly Word[]): AccountDiff {
  const code = pickFrom(codes, index >> 1)
  return {
    address,
    account: {
      nonce: pickFrom([0n, 0n, 5n, 2n ** 64n - 2n], index),
      balanceWei: pickFrom([0n, 0n, 1n, 2n ** 200n, MAX_WORD - 1n, 2n ** 255n], index),
      codeHash: code.length === 0 ? EMPTY_CODE_HASH : keccakHash(code),
    },
    code: code.length === 0 ? undefined : code,
    storageReset: false,
    storage: slots.filter((_, slot) => (slot + index) % 4 === 0).map((slot, n) => [slot, pickFrom([9n, MAX_WORD], n)]),
  }
}

/** Two of three addresses exist, empty ones among them. */
function createWorld(addressCount: number, slotCount: number): World {
  const addresses = [RIPEMD160, ...Array.from({ length: addressCount - 1 }, (_, n) => addressFromWord(hashed(n)))]
  const slots = [...new Set(Array.from({ length: slotCount }, (_, n) => slotNumber(n)))]
  const known = slots.slice(0, 20)
  const genesis = addresses.map((of, index) => accountOf(of, index, known)).filter((_, index) => index % 3 !== 2)
  return { addresses, slots, view: viewOf(genesis) }
}

/** All that can be asked of a journal and done to it; each answers something to compare. */
const methods: Readonly<Record<string, (journal: Journal, args: Arguments) => unknown>> = {
  exists: (j, { of }) => j.exists(of),
  isEmpty: (j, { of }) => j.isEmpty(of),
  balance: (j, { of }) => j.balance(of),
  hasBalance: (j, { of, pick }) => j.hasBalance(of, pickFrom(asked, pick)),
  useOf: (j, { of }) => j.useOf(of),
  nonce: (j, { of }) => j.nonce(of),
  codeHash: (j, { of }) => j.codeHash(of),
  code: (j, { of }) => j.code(of),
  addBalance: (j, { of, pick }) => j.addBalance(of, pickFrom(amounts, pick)),
  subtractBalance: (j, { of, pick }) => j.subtractBalance(of, pickFrom(amounts, pick)),
  setNonce: (j, { of, pick }) => j.setNonce(of, pickFrom([0n, 1n, 2n ** 64n - 1n], pick)),
  setCode: (j, { of, pick }) => j.setCode(of, pickFrom(codes, pick)),
  storage: (j, { of, at }) => j.storage(of, at),
  originalStorage: (j, { of, at }) => j.originalStorage(of, at),
  setStorage: (j, { of, at, value }) => j.setStorage(of, at, value),
  setStorageAgain: (j, { of, at, value }) => j.setStorage(of, at, value),
  unreadStorage: (j, { of, at }) => j.unreadStorage(of, at),
  addStorage: (j, { of, at, pick }) => {
    const within = { least: BigInt(pick % 7), most: MAX_WORD - BigInt(pick % 5) }
    j.addStorage(of, at, pickFrom([0n, 1n, -1n, 300n, 2n ** 200n], pick), within)
  },
  additionOf: (j, { of, at }) => j.additionOf(of, at),
  hasStorage: (j, { of }) => j.hasStorage(of),
  transient: (j, { of, at }) => j.transient(of, at),
  setTransient: (j, { of, at, value }) => j.setTransient(of, at, value),
  touchAddress: (j, { of }) => j.touchAddress(of),
  touchSlot: (j, { of, at }) => j.touchSlot(of, at),
  isAddressWarm: (j, { of }) => j.isAddressWarm(of),
  isSlotWarm: (j, { of, at }) => j.isSlotWarm(of, at),
  markCreated: (j, { of, pick }) => pick % 3 === 0 && j.markCreated(of),
  isCreated: (j, { of }) => j.isCreated(of),
  markDestroyed: (j, { of, pick }) => pick % 3 === 0 && j.markDestroyed(of),
  isDestroyed: (j, { of }) => j.isDestroyed(of),
  log: (j, { of, at, pick }) => {
    const topics = Array.from({ length: pick % 5 }, () => wordToHash(at))
    j.log({ address: of, topics, data: Uint8Array.from({ length: pick % 70 }, (_, n) => n) })
  },
  logCount: (j) => j.logCount,
  addRefund: (j, { pick }) => j.addRefund(BigInt(pick % 100) - 30n),
  refundGas: (j) => j.refundGas,
}
const names = [...Object.keys(methods), 'checkpoint', 'checkpoint', 'rollback', 'finish']

/** A view that refuses to be asked anything twice (J4). */
function askedOnce(view: StateView): StateView {
  const asked = new Set<string>()
  const once = <T>(question: string, answer: T): T => {
    if (asked.has(question)) throw new Error(`asked twice: ${question}`)
    asked.add(question)
    return answer
  }
  return {
    account: (of) => once(of, view.account(of)),
    code: (hash) => once(hash, view.code(hash)),
    storage: (of, slot) => once(`${of} ${slot}`, view.storage(of, slot)),
    hasStorage: (of) => once(`${of} any`, view.hasStorage(of)),
  }
}

/** A result as lists, where the order of touches counts and that of reads and writes does not. */
function plain({ diff, logs, refundGas, access }: JournalResult) {
  const touched = [...access.touched].map(([of, slots]) => [of, ...slots])
  const asked = [...placesOf(access)].map(([of, slots]) => [of, ...[...slots].sort()]).sort()
  return { diff, logs, refundGas, touched, asked, reads: [...access.reads].sort(), writes: [...access.writes].sort() }
}

/** What a call answers or throws. */
function answerOf(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    return String(error)
  }
}

const room = createTestCore()
const core = createCoreJournal(room)

/** Makes the same moves on both journals, transaction after transaction on one state; fails at the first difference. */
function playBoth({ addresses, slots, view }: World, moves: readonly Move[]): void {
  const state = createOverlay(view)
  const pair = [createJournal(), core] as const
  let checkpoints: (readonly [number, number])[] = []
  const begin = () => {
    pair[0].begin(state)
    pair[1].begin(askedOnce(state))
    checkpoints = []
  }
  const finish = (pick: number) => {
    const debt = pair[0].refundGas
    const [expected, actual] = pair.map((journal) => {
      if (debt < 0n) journal.addRefund(-debt)
      return journal.finish(pickFrom(rules, pick))
    }) as [JournalResult, JournalResult]
    expect(plain(actual)).toStrictEqual(plain(expected))
    state.apply(expected.diff)
    begin()
  }
  const rollback = (pick: number) => {
    const to = checkpoints[pick % (checkpoints.length + 1)]
    if (to === undefined) return
    checkpoints = checkpoints.slice(0, checkpoints.indexOf(to) + (pick % 2))
    for (const index of [0, 1] as const) pair[index].rollback(to[index])
  }

  begin()
  for (const [method, address, slot, pick] of moves) {
    const name = pickFrom(names, method)
    if (name === 'checkpoint') checkpoints.push([pair[0].checkpoint(), pair[1].checkpoint()])
    else if (name === 'rollback') rollback(pick)
    else if (name === 'finish') finish(pick)
    else {
      const args = { of: pickFrom(addresses, address), at: pickFrom(slots, slot), value: pickFrom(values, pick), pick }
      const [expected, actual] = pair.map((journal) => answerOf(() => methods[name]?.(journal, args)))
      // A tenth of the time that `expect` takes.
      if (!isDeepStrictEqual(actual, expected))
        expect({ name, args, answer: actual }).toEqual({ name, args, answer: expected })
    }
  }
  finish(moves.length)
}

const anyNumber = fc.nat({ max: 0xffff })
const movesUpTo = (maxLength: number): fc.Arbitrary<Move[]> =>
  fc.array(fc.tuple(anyNumber, anyNumber, anyNumber, anyNumber), { maxLength, size: 'max' })

test.each([
  ['three accounts and three slots', createWorld(3, 3), 300, 400],
  ['some accounts and slots', createWorld(12, 20), 1_000, 100],
])('%s: the core answers, diffs and records as the model does', (_name, world, moveCount, numRuns) => {
  fc.assert(
    fc.property(movesUpTo(moveCount), (moves) => playBoth(world, moves)),
    { numRuns },
  )
})

test('a hash that maps most keys to one cell is slow and never wrong', () => {
  room.exports.seedTable(0n)
  fc.assert(
    fc.property(movesUpTo(1_000), (moves) => playBoth(createWorld(6, 30), moves)),
    { numRuns: 40 },
  )
  room.exports.seedTable(1n)
})

test('many accounts and slots: the tables grow and nothing is lost', () => {
  const world = createWorld(60, 70)
  // The last name is `finish`: without it one transaction gathers everything.
  const unfinished = names.length - 1
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = generator(seed)
      const moves = Array.from({ length: 40_000 }, (): Move => [random() % unfinished, random(), random(), random()])
      playBoth(world, moves)
    }),
    { numRuns: 4 },
  )
})

/** Numbers of 16 bits from a seed (an LCG's upper bits: Knuth's MMIX). */
function generator(seed: number): () => number {
  let state = BigInt(seed)
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
    return Number(state >> 48n)
  }
}

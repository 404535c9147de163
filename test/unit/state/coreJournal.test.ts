import { beforeEach, describe, expect, test } from 'vitest'
import { journalLayout, type Pointer } from '../../../src/core/index.ts'
import {
  type Address,
  addressFromWord,
  EMPTY_CODE_HASH,
  fromHex,
  keccakHash,
  rulesOf,
  type Word,
  wordToHash,
} from '../../../src/primitives/index.ts'
import { createCoreJournal, type StateDiff, viewOf } from '../../../src/state/index.ts'
import { createTestCore } from '../../harness/core.ts'

const core = createTestCore()
const { exports, memory } = core
const journal = createCoreJournal(core)
const osaka = rulesOf('osaka')

const rich = addressFromWord(0xaan)
const contract = addressFromWord(0xccn)
const nobody = addressFromWord(0xeen)
const code = fromHex('0x600160005500')
const genesis: StateDiff = [
  {
    address: rich,
    account: { nonce: 7n, balanceWei: 2n ** 256n - 1n, codeHash: EMPTY_CODE_HASH },
    code: undefined,
    storageReset: false,
    storage: [],
  },
  {
    address: contract,
    account: { nonce: 1n, balanceWei: 5n, codeHash: keccakHash(code) },
    code,
    storageReset: false,
    storage: [[1n, 11n]],
  },
]

/** A word in the core's memory, for calls that the interpreter makes. */
const room = exports.allocate(4 * 32)
function wordAt(index: number, word: Word): Pointer {
  memory.writeWord(room + index * 32, word)
  return room + index * 32
}

/** An account that TypeScript did not name. */
const idOf = (address: Address): number => exports.accountOf(wordAt(3, BigInt(address)))

beforeEach(() => journal.begin(viewOf(genesis)))

describe('what the interpreter does, the journal sees', () => {
  test('slots: warmed, read and written through pointers', () => {
    const slot = exports.touchSlot(idOf(contract), wordAt(0, 1n))
    expect(exports.slotWasWarm.value).toBe(0)
    expect(memory.readWord(exports.slotValue(slot))).toBe(11n)
    exports.setSlot(slot, wordAt(1, 12n))
    exports.touchSlot(idOf(contract), wordAt(0, 1n))
    expect(exports.slotWasWarm.value).toBe(1)
    expect([journal.storage(contract, 1n), journal.isSlotWarm(contract, 1n)]).toEqual([12n, true])
    const { diff, access } = journal.finish(osaka)
    expect(diff).toMatchObject([{ address: contract, storage: [[1n, 12n]] }])
    expect(access.touched).toEqual(new Map([[contract, new Set([1n])]]))
  })

  test('accounts that only the interpreter named have their addresses in the result', () => {
    exports.touchAccount(idOf(nobody))
    exports.balanceOf(idOf(rich))
    expect(exports.transfer(idOf(contract), idOf(nobody), wordAt(0, 2n))).toBe(1)
    const { diff, access } = journal.finish(osaka)
    expect(diff.map((entry) => [entry.address, entry.account?.balanceWei])).toEqual([
      [contract, 3n],
      [nobody, 2n],
    ])
    expect([...access.touched.keys()]).toEqual([nobody])
    expect(access.reads).toContain(`balance:${rich}`)
  })

  test('a transfer may name the balance itself as its amount', () => {
    const from = idOf(contract)
    exports.transfer(from, idOf(nobody), exports.balanceOf(from))
    expect([journal.balance(contract), journal.balance(nobody)]).toEqual([0n, 5n])
  })

  test('a transfer of more than there is does nothing', () => {
    expect(exports.transfer(idOf(contract), idOf(nobody), wordAt(0, 6n))).toBe(0)
    expect([journal.balance(contract), journal.exists(nobody)]).toEqual([5n, false])
  })

  test('logs stand in one list', () => {
    journal.log({ address: rich, topics: [wordToHash(5n)], data: code })
    const topics = wordAt(0, 6n)
    wordAt(1, 2n ** 255n)
    const data = wordAt(2, 0x030201n)
    exports.appendLog(idOf(contract), 2, topics, data, 3)
    expect(journal.finish(osaka).logs).toEqual([
      { address: rich, topics: [wordToHash(5n)], data: code },
      { address: contract, topics: [wordToHash(6n), wordToHash(2n ** 255n)], data: Uint8Array.of(1, 2, 3) },
    ])
  })
})

describe('code', () => {
  test('comes into memory when an engine asks, once', () => {
    expect([exports.codeSizeOf(idOf(contract)), exports.codeSizeOf(idOf(rich))]).toEqual([code.length, 0])
    const record = exports.codeOf(idOf(contract))
    const start = memory.view.getUint32(record + journalLayout.CODE_START, true)
    expect(memory.readBytes(start, code.length)).toEqual(code)
    memory.writeBytes(start, Uint8Array.of(0xff))
    exports.codeSizeOf(idOf(contract))
    expect(memory.readBytes(start, 1)).toEqual(Uint8Array.of(0xff))
  })

  test('that was set in this transaction comes too, and equal codes are one', () => {
    journal.setCode(nobody, code)
    expect(exports.codeSizeOf(idOf(nobody))).toBe(code.length)
    expect(exports.codeOf(idOf(nobody))).toBe(exports.codeOf(idOf(contract)))
    expect(memory.readHash(exports.codeHashOf(idOf(nobody)))).toBe(keccakHash(code))
    expect(memory.readHash(exports.codeHashOf(idOf(rich)))).toBe(EMPTY_CODE_HASH)
  })
})

describe('what cannot be is a bug', () => {
  test.each<[string, () => void]>([
    ['a word has at most 256 bits', () => journal.addBalance(rich, 2n ** 256n)],
    ['a word has at most 256 bits', () => journal.setStorage(rich, 1n, -1n)],
    ['a balance is not negative', () => journal.subtractBalance(nobody, 1n)],
    ['a nonce has at most 64 bits', () => journal.setNonce(rich, 2n ** 64n)],
  ])('%s', (message, act) => {
    expect(act).toThrow(message)
  })
})

describe('memory', () => {
  test('a slot that is written a thousand times in one frame is logged once', () => {
    const write = (count: number) => {
      for (let n = 1; n <= count; n += 1) journal.setStorage(contract, 1n, BigInt(n + count))
    }
    const start = journal.checkpoint()
    write(1)
    const once = journal.checkpoint() - start
    write(1_000)
    const end = journal.checkpoint()
    expect(end - start).toBe(2 * once)
    journal.rollback(start)
    write(1_000)
    expect(journal.checkpoint() - start).toBe(once)
  })

  test('does not grow with the number of transactions', () => {
    const big = new Uint8Array(20_000).fill(1)
    const transaction = (round: bigint) => {
      journal.begin(viewOf(genesis))
      for (let n = 0n; n < 300n; n += 1n) {
        journal.setStorage(contract, n + round, 1n)
        journal.setTransient(contract, n + round, 1n)
        journal.touchAddress(addressFromWord(n + round))
      }
      journal.log({ address: rich, topics: [], data: big })
      journal.setCode(nobody, big)
      exports.codeSizeOf(idOf(nobody))
      journal.finish(osaka)
    }
    transaction(0n)
    const bytes = memory.linear.buffer.byteLength
    for (let round = 1n; round < 200n; round += 1n) transaction(round * 1_000n)
    expect(memory.linear.buffer.byteLength).toBe(bytes)
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import {
  addressFromWord,
  EMPTY_CODE_HASH,
  fromHex,
  keccakHash,
  MAX_WORD,
  rulesOf,
  toAddress,
} from '../../src/primitives/index.ts'
import {
  type AccountUse,
  createOverlay,
  type Journal,
  LARGE_BALANCE_WEI,
  locationKey,
  type StateDiff,
  viewOf,
} from '../../src/state/index.ts'

const cancun = rulesOf('cancun')
const homestead = rulesOf('homestead')
const address = (digit: string) => toAddress(`0x${digit.repeat(40)}`)
const [rich, contract, nobody, ghost] = [address('a'), address('c'), address('e'), address('f')]
const code = fromHex('0x600160005500')

const genesis: StateDiff = [
  {
    address: rich,
    account: { nonce: 7n, balanceWei: 100n, codeHash: EMPTY_CODE_HASH },
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
  {
    address: ghost,
    account: { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH },
    code: undefined,
    storageReset: false,
    storage: [],
  },
]

/** What every {@link Journal} promises; `createJournal` gives a new one. */
export function journalSuite(name: string, createJournal: () => Journal): void {
  describe(`journal: ${name}`, () => {
    let journal: Journal
    beforeEach(() => {
      journal = createJournal()
      journal.begin(viewOf(genesis))
    })

    describe('accounts', () => {
      test('answers what the view answers', () => {
        expect(journal.balance(rich)).toBe(100n)
        expect(journal.nonce(rich)).toBe(7n)
        expect(journal.code(contract)).toEqual(code)
        expect(journal.codeHash(contract)).toBe(keccakHash(code))
        expect(journal.codeHash(nobody)).toBe(EMPTY_CODE_HASH)
        expect(journal.code(nobody)).toEqual(new Uint8Array(0))
        expect([journal.exists(nobody), journal.exists(ghost), journal.exists(rich)]).toEqual([false, true, true])
        expect([journal.isEmpty(nobody), journal.isEmpty(ghost), journal.isEmpty(rich)]).toEqual([true, true, false])
      })

      test('a transfer is a diff of two accounts, sorted', () => {
        journal.subtractBalance(rich, 30n)
        journal.addBalance(contract, 30n)
        const { diff } = journal.finish(cancun)
        expect(diff.map((entry) => [entry.address, entry.account?.balanceWei, entry.code])).toEqual([
          [rich, 70n, undefined],
          [contract, 35n, undefined],
        ])
      })

      test('a balance stops at 2^256 - 1, and a rollback restores it', () => {
        const checkpoint = journal.checkpoint()
        journal.addBalance(rich, MAX_WORD - 1n)
        expect(journal.balance(rich)).toBe(MAX_WORD)
        journal.addBalance(rich, MAX_WORD)
        journal.subtractBalance(rich, 1n)
        expect(journal.balance(rich)).toBe(MAX_WORD - 1n)
        journal.rollback(checkpoint)
        expect(journal.balance(rich)).toBe(100n)
      })

      test('nobody has more than a word, whatever its low bits are', () => {
        expect([MAX_WORD + 1n, MAX_WORD + 2n, 2n ** 400n].map((wei) => journal.hasBalance(rich, wei))).toEqual([
          false,
          false,
          false,
        ])
        expect(journal.useOf(rich).readsBalance).toBe(false)
      })

      test('credits of less than a half commute; from 2^255 on the balance is read', () => {
        journal.addBalance(rich, LARGE_BALANCE_WEI - 101n)
        expect(journal.useOf(rich)).toMatchObject({ isMoved: true, readsBalance: false })
        journal.addBalance(rich, 1n)
        expect(journal.useOf(rich)).toMatchObject({ readsBalance: true })
      })

      test('money that went and came back leaves no diff', () => {
        journal.subtractBalance(rich, 30n)
        journal.addBalance(rich, 30n)
        expect(journal.finish(cancun).diff).toEqual([])
      })

      test('a balance cannot fall below 0', () => {
        expect(() => journal.subtractBalance(rich, 101n)).toThrow('a balance is not negative')
      })

      test.each([
        ['setNonce', (j: Journal) => j.setNonce(nobody, 1n)],
        ['setCode', (j: Journal) => j.setCode(nobody, code)],
        ['addBalance', (j: Journal) => j.addBalance(nobody, 1n)],
      ])('%s brings an account to life', (_name, act) => {
        act(journal)
        expect(journal.exists(nobody)).toBe(true)
        expect(journal.finish(cancun).diff).toHaveLength(1)
      })

      test('code is in the diff when its hash changed, and only then', () => {
        journal.setCode(rich, code)
        journal.setCode(contract, code)
        expect(journal.finish(cancun).diff).toMatchObject([{ address: rich, code }])
      })

      test('code can be cleared', () => {
        journal.setCode(contract, new Uint8Array(0))
        expect(journal.code(contract)).toEqual(new Uint8Array(0))
        const [entry] = journal.finish(cancun).diff
        expect([entry?.account?.codeHash, entry?.code]).toEqual([EMPTY_CODE_HASH, undefined])
      })
    })

    describe('additions to slots', () => {
      const within = { least: 3n, most: 50n }

      test('are in the diff, and no read of the value', () => {
        expect(journal.unreadStorage(contract, 1n)).toEqual({ original: 11n, current: 11n })
        journal.addStorage(contract, 1n, 5n, within)
        journal.addStorage(contract, 1n, -1n, { least: 0n, most: 40n })
        expect(journal.unreadStorage(contract, 1n)).toEqual({ original: 11n, current: 15n })
        expect([journal.hasAdditions, journal.additionOf(contract, 1n)]).toEqual([true, { least: 3n, most: 40n }])
        expect(journal.finish(cancun).diff).toMatchObject([{ address: contract, storage: [[1n, 15n]] }])
        expect(journal.additionOf(contract, 1n)).toEqual({ least: 3n, most: 40n })
      })

      test.each<[name: string, use: (j: Journal) => unknown]>([
        ['a read', (j) => j.storage(contract, 1n)],
        ['a read of what it was', (j) => j.originalStorage(contract, 1n)],
        ['a write', (j) => j.setStorage(contract, 1n, 2n)],
      ])('are a read after all, with %s before or after', (_name, use) => {
        journal.addStorage(contract, 1n, 5n, within)
        use(journal)
        expect(journal.additionOf(contract, 1n)).toBeUndefined()
        journal.begin(viewOf(genesis))
        expect(journal.hasAdditions).toBe(false)
        use(journal)
        journal.addStorage(contract, 1n, 5n, within)
        expect(journal.additionOf(contract, 1n)).toBeUndefined()
      })

      test('are what a read then sees, and what it was is what it was', () => {
        journal.addStorage(contract, 1n, 5n, within)
        expect([journal.storage(contract, 1n), journal.originalStorage(contract, 1n)]).toEqual([16n, 11n])
        journal.addStorage(contract, 1n, 5n, within)
        expect(journal.storage(contract, 1n)).toBe(21n)
      })

      test('are undone by a rollback, but for what they asked', () => {
        const start = journal.checkpoint()
        journal.addStorage(contract, 1n, 5n, within)
        journal.rollback(start)
        expect(journal.unreadStorage(contract, 1n)).toEqual({ original: 11n, current: 11n })
        expect(journal.additionOf(contract, 1n)).toEqual(within)
        expect(journal.finish(cancun).diff).toEqual([])
      })

      test('are a read of nothing else but that the storage is there', () => {
        journal.addStorage(contract, 1n, 0n, within)
        const { diff, access } = journal.finish(cancun)
        expect(diff).toEqual([])
        const asked: unknown[] = []
        access.asked((address, slot) => asked.push([address, slot]))
        expect(asked).toContainEqual([contract, 1n])
        expect(access.reads).toContain(locationKey({ kind: 'reset', address: contract }))
      })

      test('in a contract that was created begin at 0 and are writes like others', () => {
        journal.markCreated(contract)
        journal.addStorage(contract, 1n, 5n, within)
        expect(journal.unreadStorage(contract, 1n)).toEqual({ original: 0n, current: 5n })
        expect(journal.additionOf(contract, 1n)).toBeUndefined()
      })
    })

    describe('EIP-161', () => {
      test('a touched empty account is deleted from that fork on', () => {
        journal.addBalance(ghost, 0n)
        expect(journal.finish(cancun).diff).toMatchObject([{ address: ghost, account: undefined }])
      })

      test('before it, a touched account comes to life and stays', () => {
        journal.addBalance(nobody, 0n)
        journal.addBalance(ghost, 0n)
        expect(journal.finish(homestead).diff).toMatchObject([{ address: nobody, account: { balanceWei: 0n } }])
      })

      test('a rollback takes the touch back', () => {
        const start = journal.checkpoint()
        journal.addBalance(ghost, 0n)
        journal.rollback(start)
        expect(journal.finish(cancun).diff).toEqual([])
      })

      test('an account that was not touched stays, empty or not', () => {
        expect(journal.isEmpty(ghost)).toBe(true)
        journal.subtractBalance(ghost, 0n)
        expect(journal.finish(cancun).diff).toEqual([])
      })

      test('the RIPEMD-160 precompile stays touched after a rollback', () => {
        const ripemd160 = toAddress(`0x${'3'.padStart(40, '0')}`)
        const view = createOverlay(viewOf(genesis))
        const empty = { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }
        view.apply([{ address: ripemd160, account: empty, code: undefined, storageReset: false, storage: [] }])
        journal.begin(view)
        const start = journal.checkpoint()
        journal.addBalance(ripemd160, 0n)
        journal.rollback(start)
        expect(journal.finish(cancun).diff).toMatchObject([{ address: ripemd160, account: undefined }])
      })
    })

    describe('storage', () => {
      test('knows the present and the original value', () => {
        journal.setStorage(contract, 1n, 12n)
        journal.setStorage(contract, 0n, 1n)
        expect([journal.storage(contract, 1n), journal.originalStorage(contract, 1n)]).toEqual([12n, 11n])
        expect(journal.finish(cancun).diff).toMatchObject([
          {
            address: contract,
            storageReset: false,
            storage: [
              [0n, 1n],
              [1n, 12n],
            ],
          },
        ])
      })

      test('a slot that got its old value back is not in the diff', () => {
        journal.setStorage(contract, 1n, 12n)
        journal.setStorage(contract, 1n, 11n)
        expect(journal.finish(cancun).diff).toEqual([])
      })

      test('hasStorage sees the view and what was written', () => {
        expect([journal.hasStorage(contract), journal.hasStorage(rich)]).toEqual([true, false])
        journal.setStorage(rich, 3n, 1n)
        expect(journal.hasStorage(rich)).toBe(true)
        journal.setStorage(rich, 3n, 0n)
        expect(journal.hasStorage(rich)).toBe(false)
      })

      test('each frame undoes its own writes, however often it wrote and whatever the one around it wrote', () => {
        const seen: bigint[] = []
        const write = (value: bigint) => journal.setStorage(contract, 1n, value)
        write(1n)
        const outer = journal.checkpoint()
        write(2n)
        write(3n)
        const inner = journal.checkpoint()
        write(4n)
        journal.rollback(inner)
        seen.push(journal.storage(contract, 1n))
        write(5n)
        journal.rollback(inner)
        seen.push(journal.storage(contract, 1n))
        write(6n)
        journal.rollback(outer)
        seen.push(journal.storage(contract, 1n))
        journal.rollback(0)
        expect([...seen, journal.storage(contract, 1n)]).toEqual([3n, 3n, 1n, 11n])
      })

      test('transient storage is apart, is rolled back, and ends with the transaction', () => {
        journal.setTransient(contract, 1n, 5n)
        const middle = journal.checkpoint()
        journal.setTransient(contract, 1n, 6n)
        expect([journal.transient(contract, 1n), journal.storage(contract, 1n)]).toEqual([6n, 11n])
        journal.rollback(middle)
        expect(journal.transient(contract, 1n)).toBe(5n)
        expect(journal.finish(cancun).diff).toEqual([])
        journal.begin(viewOf(genesis))
        expect(journal.transient(contract, 1n)).toBe(0n)
      })
    })

    describe('life and death of contracts', () => {
      test('creation drops old storage, keeps the balance and makes originals 0', () => {
        journal.setStorage(contract, 2n, 22n)
        journal.markCreated(contract)
        expect([journal.storage(contract, 1n), journal.storage(contract, 2n)]).toEqual([0n, 0n])
        expect(journal.originalStorage(contract, 1n)).toBe(0n)
        expect([journal.balance(contract), journal.hasStorage(contract)]).toEqual([5n, false])
        journal.setStorage(contract, 1n, 11n)
        expect(journal.finish(cancun).diff).toMatchObject([
          { address: contract, account: { balanceWei: 5n }, storageReset: true, storage: [[1n, 11n]] },
        ])
      })

      test('creation where nothing was resets nothing', () => {
        journal.markCreated(nobody)
        journal.setNonce(nobody, 1n)
        journal.setStorage(nobody, 1n, 0n)
        expect(journal.finish(cancun).diff).toMatchObject([{ address: nobody, storageReset: false, storage: [] }])
      })

      test('each creation drops what was written since the last, until it is rolled back', () => {
        journal.markCreated(contract)
        journal.setStorage(contract, 1n, 5n)
        const start = journal.checkpoint()
        journal.markCreated(contract)
        expect(journal.storage(contract, 1n)).toBe(0n)
        journal.setStorage(contract, 2n, 6n)
        journal.rollback(start)
        expect([journal.storage(contract, 1n), journal.storage(contract, 2n)]).toEqual([5n, 0n])
        journal.markCreated(contract)
        expect([journal.storage(contract, 1n), journal.storage(contract, 2n)]).toEqual([0n, 0n])
      })

      test('a rolled-back creation gives the storage back', () => {
        journal.setStorage(contract, 2n, 22n)
        const start = journal.checkpoint()
        journal.markCreated(contract)
        journal.setStorage(contract, 2n, 33n)
        journal.rollback(start)
        expect(journal.isCreated(contract)).toBe(false)
        expect([journal.storage(contract, 1n), journal.storage(contract, 2n)]).toEqual([11n, 22n])
      })

      test('a destroyed account lives until the end, then is deleted with its storage', () => {
        journal.setStorage(contract, 2n, 22n)
        journal.markDestroyed(contract)
        expect([journal.isDestroyed(contract), journal.code(contract), journal.storage(contract, 1n)]).toEqual([
          true,
          code,
          11n,
        ])
        expect(journal.finish(cancun).diff).toEqual([
          { address: contract, account: undefined, code: undefined, storageReset: true, storage: [] },
        ])
      })

      test('what is created and destroyed in one transaction leaves no diff', () => {
        journal.markCreated(nobody)
        journal.setCode(nobody, code)
        journal.setStorage(nobody, 1n, 1n)
        journal.markDestroyed(nobody)
        expect(journal.finish(cancun).diff).toEqual([])
      })

      test('a rolled-back destruction does not happen', () => {
        const start = journal.checkpoint()
        journal.markDestroyed(contract)
        journal.rollback(start)
        expect(journal.isDestroyed(contract)).toBe(false)
        expect(journal.finish(cancun).diff).toEqual([])
      })
    })

    describe('warmth', () => {
      test('the first touch is cold, the second warm, and a rollback cools (J3)', () => {
        expect(journal.touchAddress(rich)).toBe('cold')
        const middle = journal.checkpoint()
        expect([journal.touchAddress(rich), journal.touchAddress(nobody)]).toEqual(['warm', 'cold'])
        expect([journal.touchSlot(rich, 1n), journal.touchSlot(rich, 1n)]).toEqual(['cold', 'warm'])
        journal.rollback(middle)
        expect([journal.isAddressWarm(rich), journal.isAddressWarm(nobody)]).toEqual([true, false])
        expect([journal.isSlotWarm(rich, 1n), journal.touchSlot(rich, 1n)]).toEqual([false, 'cold'])
      })

      test('touching a slot does not warm its address', () => {
        journal.touchSlot(rich, 1n)
        expect(journal.isAddressWarm(rich)).toBe(false)
      })

      test('what was ever touched is reported, rolled back or not', () => {
        const start = journal.checkpoint()
        journal.touchAddress(nobody)
        journal.touchSlot(nobody, 4n)
        journal.rollback(start)
        expect(journal.finish(cancun).access.touched).toEqual(new Map([[nobody, new Set([4n])]]))
      })
    })

    test('a rollback takes back what was done to an account, not what was read of it', () => {
      const start = journal.checkpoint()
      journal.touchAddress(contract)
      journal.addBalance(contract, 1n)
      journal.rollback(start)
      expect([journal.balance(contract), journal.nonce(contract), journal.code(contract)]).toEqual([5n, 1n, code])
      journal.setNonce(contract, 2n)
      journal.rollback(start)
      expect([journal.balance(contract), journal.nonce(contract), journal.code(contract)]).toEqual([5n, 1n, code])
    })

    describe('access', () => {
      const key = (kind: 'balance' | 'nonce' | 'code' | 'reset', of = rich) => locationKey({ kind, address: of })
      const slotKey = (slot: bigint) => locationKey({ kind: 'storage', address: contract, slot })

      test('reads are sticky (J2), writes are what really changed', () => {
        const start = journal.checkpoint()
        journal.balance(rich)
        journal.setNonce(rich, 9n)
        journal.setStorage(contract, 1n, 5n)
        journal.rollback(start)
        journal.setStorage(contract, 2n, 5n)
        const { reads, writes } = journal.finish(cancun).access
        expect(reads).toEqual(new Set([key('balance'), key('reset', contract), slotKey(1n), slotKey(2n)]))
        expect(writes).toEqual(new Set([slotKey(2n)]))
      })

      test.each<[string, (j: Journal) => unknown, readonly string[]]>([
        ['balance', (j) => j.balance(rich), [key('balance')]],
        ['nonce', (j) => j.nonce(rich), [key('nonce')]],
        ['codeHash', (j) => j.codeHash(rich), [key('code')]],
        ['code', (j) => j.code(rich), [key('code')]],
        ['exists', (j) => j.exists(rich), [key('balance'), key('nonce'), key('code')]],
        ['isEmpty', (j) => j.isEmpty(rich), [key('balance'), key('nonce'), key('code')]],
        ['hasStorage', (j) => j.hasStorage(rich), [key('reset')]],
        ['touchAddress', (j) => j.touchAddress(rich), []],
      ])('%s reads its locations', (_name, act, expected) => {
        act(journal)
        expect(journal.finish(cancun).access.reads).toEqual(new Set(expected))
      })

      const NOTHING = {
        readsBalance: false,
        leastBalanceWei: 0n,
        readsNonce: false,
        readsCode: false,
        readsLife: false,
        isMoved: false,
      }

      test.each<[string, (j: Journal) => unknown, Partial<AccountUse>]>([
        ['a balance that was asked for', (j) => j.balance(contract), { readsBalance: true }],
        ['a nonce and a code', (j) => [j.nonce(contract), j.code(contract)], { readsNonce: true, readsCode: true }],
        ['whether it exists', (j) => j.exists(contract), { readsLife: true }],
        ['whether it is empty', (j) => j.isEmpty(contract), { readsLife: true }],
        ['a credit', (j) => j.addBalance(contract, 3n), { isMoved: true }],
        ['a debit', (j) => j.subtractBalance(contract, 3n), { isMoved: true, leastBalanceWei: 3n }],
        ['a balance that suffices', (j) => j.hasBalance(contract, 4n), { isMoved: true, leastBalanceWei: 4n }],
        ['one that does not', (j) => j.hasBalance(contract, 6n), { isMoved: true, readsBalance: true }],
        [
          'debits one after the other',
          (j) => [2n, 3n].map((amountWei) => j.subtractBalance(contract, amountWei)),
          { isMoved: true, leastBalanceWei: 5n },
        ],
        [
          'a debit of what was credited',
          (j) => [j.addBalance(contract, 3n), j.subtractBalance(contract, 4n)],
          { isMoved: true, leastBalanceWei: 1n },
        ],
        [
          'a debit that was taken back',
          (j) => {
            const start = j.checkpoint()
            j.subtractBalance(contract, 4n)
            j.rollback(start)
          },
          { isMoved: true, leastBalanceWei: 4n },
        ],
        [
          'whether a debit emptied it',
          (j) => [j.subtractBalance(contract, 1n), j.isEmpty(contract)],
          { isMoved: true, leastBalanceWei: 1n, readsLife: true, readsBalance: true },
        ],
      ])('%s is what it depends on', (_name, act, expected) => {
        act(journal)
        journal.finish(cancun)
        expect(journal.useOf(contract)).toEqual({ ...NOTHING, ...expected })
      })

      test('touches are listed in their order', () => {
        journal.touchSlot(contract, 9n)
        journal.touchAddress(rich)
        journal.touchSlot(contract, 2n)
        journal.touchAddress(contract)
        const { touched } = journal.finish(cancun).access
        expect([...touched].map(([of, slots]) => [of, ...slots])).toEqual([[contract, 9n, 2n], [rich]])
      })

      test('what is warm for good is so until the next transaction, and nobody touched it', () => {
        const precompiles = [1n, 0x11n, 0x100n, 0x1ffn].map(addressFromWord)
        const others = [0n, 2n, 0x200n, 0x101n, 1n << 64n, (1n << 159n) | 1n].map(addressFromWord)
        // One is known before it is said to be warm.
        expect(journal.balance(precompiles[0] ?? nobody)).toBe(0n)
        journal.warmForGood(new Map(precompiles.map((address) => [address, true])))
        const start = journal.checkpoint()
        for (const address of precompiles) journal.addBalance(address, 1n)
        expect(precompiles.map((address) => journal.touchAddress(address))).toEqual(precompiles.map(() => 'warm'))
        expect(others.filter((address) => journal.isAddressWarm(address))).toEqual([])
        journal.rollback(start)
        expect(precompiles.map((address) => journal.isAddressWarm(address))).toEqual(precompiles.map(() => true))
        expect(others.map((address) => journal.touchAddress(address))).toEqual(others.map(() => 'cold'))
        expect([...journal.finish(cancun).access.touched.keys()]).toEqual(others)
        journal.begin(viewOf(genesis))
        expect(precompiles.map((address) => journal.touchAddress(address))).toEqual(precompiles.map(() => 'cold'))
      })

      test('a life cycle writes reset', () => {
        journal.markCreated(nobody)
        journal.setNonce(nobody, 1n)
        journal.markDestroyed(contract)
        const { writes } = journal.finish(cancun).access
        expect(writes).toEqual(
          new Set([
            key('reset', nobody),
            key('nonce', nobody),
            key('balance', nobody),
            key('reset', contract),
            key('nonce', contract),
            key('balance', contract),
            key('code', contract),
          ]),
        )
      })

      test('an empty account that vanishes is a write of its balance', () => {
        journal.addBalance(ghost, 0n)
        expect(journal.finish(cancun).access.writes).toEqual(new Set([key('balance', ghost)]))
      })

      test('asks the view for each thing at most once (J4)', () => {
        const asked: string[] = []
        const view = viewOf(genesis)
        const note = <T>(question: string, answer: T): T => {
          asked.push(question)
          return answer
        }
        journal.begin({
          account: (of) => note(`account ${of}`, view.account(of)),
          code: (hash) => note(`code ${hash}`, view.code(hash)),
          storage: (of, slot) => note(`storage ${of} ${slot}`, view.storage(of, slot)),
          hasStorage: (of) => note(`hasStorage ${of}`, view.hasStorage(of)),
        })
        for (const of of [contract, nobody, contract]) {
          const start = journal.checkpoint()
          journal.exists(of)
          journal.code(of)
          journal.storage(of, 1n)
          journal.hasStorage(of)
          journal.setStorage(of, 1n, 9n)
          journal.addBalance(of, 1n)
          journal.rollback(start)
        }
        journal.markDestroyed(contract)
        journal.finish(cancun)
        expect(asked).toHaveLength(new Set(asked).size)
      })
    })

    describe('logs and refunds', () => {
      const log = (byte: number) => ({ address: contract, topics: [], data: Uint8Array.of(byte) })

      test('are kept in order and rolled back', () => {
        journal.log(log(1))
        journal.addRefund(4800n)
        const middle = journal.checkpoint()
        journal.log(log(2))
        journal.addRefund(-800n)
        expect([journal.logCount, journal.refundGas]).toEqual([2, 4000n])
        journal.rollback(middle)
        journal.log(log(3))
        expect(journal.finish(cancun)).toMatchObject({ logs: [log(1), log(3)], refundGas: 4800n })
      })

      test('a refund below 0 at the end is a bug', () => {
        journal.addRefund(-1n)
        expect(() => journal.finish(cancun)).toThrow('refund counter')
      })
    })

    test('a checkpoint newer than the journal is a bug', () => {
      expect(() => journal.rollback(journal.checkpoint() + 1)).toThrow('J1')
    })

    test('begin forgets the last transaction', () => {
      journal.touchAddress(rich)
      journal.setNonce(rich, 8n)
      journal.log({ address: rich, topics: [], data: code })
      const first = journal.finish(cancun)
      journal.begin(viewOf(genesis))
      expect([journal.isAddressWarm(rich), journal.nonce(rich), journal.logCount]).toEqual([false, 7n, 0])
      expect(first.logs).toHaveLength(1)
      expect(first.access.touched.size).toBe(1)
    })
  })
}

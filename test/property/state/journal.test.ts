import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EMPTY_CODE_HASH, rulesOf, type Word } from '../../../src/primitives/index.ts'
import {
  createJournal,
  createOverlay,
  type Journal,
  type StateDiff,
  type StateView,
  viewOf,
} from '../../../src/state/index.ts'
import { addresses, answersOf, genesis, run, type Step, slots, steps, surviving } from './arbitraries.ts'

const rules = fc.constantFrom(rulesOf('homestead'), rulesOf('osaka'))

/** All that can be asked of a journal. */
function stateOf(journal: Journal) {
  return {
    logs: journal.logCount,
    refund: journal.refundGas,
    accounts: addresses.map((of) => ({
      exists: journal.exists(of),
      isEmpty: journal.isEmpty(of),
      balance: journal.balance(of),
      nonce: journal.nonce(of),
      codeHash: journal.codeHash(of),
      code: journal.code(of),
      hasStorage: journal.hasStorage(of),
      isWarm: journal.isAddressWarm(of),
      isCreated: journal.isCreated(of),
      isDestroyed: journal.isDestroyed(of),
      slots: slots.map((at) => [
        journal.storage(of, at),
        journal.originalStorage(of, at),
        journal.transient(of, at),
        journal.isSlotWarm(of, at),
      ]),
    })),
  }
}

function journalAfter(view: StateView, list: readonly Step[]): Journal {
  const journal = createJournal()
  journal.begin(view)
  run(journal, list)
  return journal
}

describe('journal', () => {
  test('rollback restores: what was rolled back might as well never have happened (J1, J3)', () => {
    fc.assert(
      fc.property(genesis, steps, rules, (start, list, fork) => {
        const rolledBack = journalAfter(viewOf(start), list)
        const neverHappened = journalAfter(viewOf(start), surviving(list))
        expect(stateOf(rolledBack)).toEqual(stateOf(neverHappened))
        const [a, b] = [rolledBack.finish(fork), neverHappened.finish(fork)]
        expect([a.diff, a.logs, a.refundGas, a.access.writes]).toEqual([b.diff, b.logs, b.refundGas, b.access.writes])
      }),
      { numRuns: 400 },
    )
  })

  test('rolling everything back leaves nothing but reads and touches (J2)', () => {
    fc.assert(
      fc.property(genesis, steps, rules, (start, list, fork) => {
        const journal = journalAfter(viewOf(start), [{ kind: 'frame', steps: list, reverts: true }])
        const done = journalAfter(viewOf(start), list)
        const [undone, kept] = [journal.finish(fork), done.finish(fork)]
        expect([undone.diff, undone.logs, undone.refundGas, undone.access.writes.size]).toEqual([[], [], 0n, 0])
        expect(undone.access.touched).toEqual(kept.access.touched)
        // Settling a diff may read more (whether there was storage to drop), never less.
        expect([...kept.access.reads]).toEqual(expect.arrayContaining([...undone.access.reads]))
      }),
      { numRuns: 200 },
    )
  })

  test('the diff, applied to the view, gives what the journal said', () => {
    fc.assert(
      fc.property(genesis, steps, rules, (start, list, fork) => {
        const base = viewOf(start)
        const journal = journalAfter(base, list)
        const said = stateOf(journal)
        const overlay = createOverlay(base)
        overlay.apply(journal.finish(fork).diff)
        answersOf(overlay).forEach(({ account, code, storage }, index) => {
          const told = said.accounts[index]
          if (account === undefined) {
            expect(told?.isDestroyed || told?.isEmpty).toBe(true)
            expect(storage).toEqual(slots.map(() => 0n))
          } else {
            const { nonce, balanceWei: balance, codeHash } = account
            expect(told).toMatchObject({ exists: true, nonce, balance, codeHash, code })
            expect(storage).toEqual(told?.slots.map(([now]) => now))
          }
        })
      }),
      { numRuns: 300 },
    )
  })

  test('a diff is canonical: sorted, and a fixed point of being applied', () => {
    fc.assert(
      fc.property(genesis, steps, rules, (start, list, fork) => {
        const { diff } = journalAfter(viewOf(start), list).finish(fork)
        expectCanonical(viewOf(start), diff)
        const overlay = createOverlay(viewOf(start))
        overlay.apply(diff)
        expect(overlay.diff()).toEqual(diff)
      }),
      { numRuns: 200 },
    )
  })
})

test("a block's diff is the net of its transactions' diffs", () => {
  fc.assert(
    fc.property(genesis, fc.array(steps, { maxLength: 5 }), rules, (start, transactions, fork) => {
      const base = viewOf(start)
      const block = createOverlay(base)
      for (const list of transactions) block.apply(journalAfter(block, list).finish(fork).diff)
      const net = block.diff()
      expectCanonical(base, net)
      const atOnce = createOverlay(base)
      atOnce.apply(net)
      expect(answersOf(atOnce)).toEqual(answersOf(block))
      expect(atOnce.diff()).toEqual(net)
    }),
    { numRuns: 200 },
  )
})

/** The canonical form: sorted, and nothing in it that is as it was. */
function expectCanonical(base: StateView, diff: StateDiff): void {
  const ascending = <T extends string | bigint>(list: readonly T[]) =>
    list.every((item, index) => index === 0 || (list[index - 1] ?? item) < item)
  expect(ascending(diff.map((entry) => entry.address))).toBe(true)
  for (const { address, account, code, storageReset, storage } of diff) {
    expect(ascending(storage.map(([slot]) => slot))).toBe(true)
    const before = (slot: Word) => (storageReset ? 0n : base.storage(address, slot))
    expect(storage.filter(([slot, value]) => value === before(slot))).toEqual([])
    const old = base.account(address)
    const isChanged = !isDeepStrictEqual(account, old) || storageReset || storage.length > 0
    expect(isChanged).toBe(true)
    const hasNewCode = account !== undefined && account.codeHash !== (old?.codeHash ?? EMPTY_CODE_HASH)
    expect(code !== undefined).toBe(hasNewCode && account.codeHash !== EMPTY_CODE_HASH)
  }
}

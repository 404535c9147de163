import { afterEach, describe, expect, it, vi } from 'vitest'
import { Arena, type Pointer } from '../../../src/parallel/memory/arena.ts'
import { EFFECT_VALUE, RECORD_FINAL, RECORD_VALUE, TRANSACTION_STATUS } from '../../../src/parallel/memory/records.ts'
import { VersionedState } from '../../../src/parallel/memory/versionedState.ts'
import { steps } from '../../../src/parallel/run/steps.ts'
import { Scheduler } from '../../../src/parallel/scheduler/scheduler.ts'
import {
  COMMITTING,
  EXECUTED,
  EXECUTING,
  incarnationOf,
  READY,
  stateOf,
  statusOf,
} from '../../../src/parallel/scheduler/status.ts'
import type { AccountUse, WordRange } from '../../../src/state/index.ts'
import { createSimulation } from './run.ts'

/** Blocks within which a broken rule must show. */
const BLOCKS = 2_000

const { block, claim, offer, release } = Scheduler.prototype
const { additionOf, publishWrites, useOf } = steps

const ANY_WORD: WordRange = { least: 0n, most: 2n ** 256n - 1n }

/** A rule each, and how it is broken. */
const MUTATIONS: Readonly<Record<string, () => void>> = {
  'nobody looks whether an execution was told the truth': () => {
    vi.spyOn(steps, 'firstStale').mockReturnValue(0)
  },
  'writes of the execution before stay': () => {
    vi.spyOn(steps, 'publishWrites').mockImplementation((arena, transaction, writes) =>
      publishWrites(arena, transaction, writes, 0),
    )
  },
  'writes of a transaction without room stay': () => {
    vi.spyOn(steps, 'withdrawWrites').mockReturnValue()
  },
  'there is always room': () => {
    vi.spyOn(steps, 'hasRoom').mockReturnValue(true)
  },
  'what is final is not remembered': () => {
    vi.spyOn(steps, 'commitWrites').mockReturnValue()
  },
  'storage that ended is read on': () => {
    vi.spyOn(VersionedState.prototype, 'finalSlot').mockImplementation(slotIgnoringResets)
  },
  'a balance that was read is taken for one that was moved': () => breakUse({ readsBalance: false }),
  'a debit needs no balance': () => breakUse({ leastBalanceWei: 0n }),
  'a nonce that was read does not matter': () => breakUse({ readsNonce: false }),
  'a code that was read does not matter': () => breakUse({ readsCode: false }),
  'it does not matter whether an account lived': () => breakUse({ readsLife: false, isMoved: false }),
  'it does not matter where a slot lies that was added to': () => {
    vi.spyOn(steps, 'additionOf').mockImplementation((...slot) => (additionOf(...slot) ? ANY_WORD : undefined))
  },
  'a slot that was read is taken for one that was added to': () => {
    vi.spyOn(steps, 'additionOf').mockImplementation((...slot) => additionOf(...slot) ?? ANY_WORD)
  },
  'an addition is what it added': () => {
    vi.spyOn(VersionedState.prototype, 'slotAfter').mockImplementation(function (this: VersionedState, effect) {
      return this.arena.getWord(effect + EFFECT_VALUE)
    })
  },
  'a finished execution wakes nobody': () => {
    vi.spyOn(Scheduler.prototype, 'wake').mockReturnValue(undefined)
  },
  'who is blocked does not look whether the other has ended meanwhile': () => {
    let isBlocking = false
    vi.spyOn(Scheduler.prototype, 'block').mockImplementation(function (this: Scheduler, claimed, by) {
      isBlocking = true
      block.call(this, claimed, by)
      isBlocking = false
    })
    vi.spyOn(Scheduler.prototype, 'release').mockImplementation(function (this: Scheduler, transaction, waiting) {
      return !isBlocking && release.call(this, transaction, waiting)
    })
  },
  'a wake-up does not look whether its transaction waits': () => {
    vi.spyOn(Scheduler.prototype, 'release').mockImplementation(function (this: Scheduler, transaction, waiting) {
      setStatus(this, transaction, statusOf(READY, incarnationOf(waiting) + 1))
      this.signal()
      return true
    })
  },
  'who becomes ready does not lower the cursor': () => {
    vi.spyOn(Arena.prototype, 'lower').mockReturnValue()
  },
  'anyone who is executed may be the head': () => {
    vi.spyOn(Scheduler.prototype, 'head').mockImplementation(function (this: Scheduler) {
      for (let index = this.committed; index < this.count; index += 1) {
        if (stateOf(this.status(index)) !== EXECUTED) continue
        setStatus(this, index, statusOf(COMMITTING, incarnationOf(this.status(index))))
        return index
      }
      return undefined
    })
  },
  'two may decide on the head': () => {
    vi.spyOn(Scheduler.prototype, 'head').mockImplementation(function (this: Scheduler) {
      const head = this.committed
      const status = this.status(head)
      if (this.isOver || (stateOf(status) !== EXECUTED && stateOf(status) !== COMMITTING)) return undefined
      setStatus(this, head, statusOf(COMMITTING, incarnationOf(status)))
      return head
    })
  },
  'whoever claims does not look whether it is laid out': () => {
    vi.spyOn(Scheduler.prototype, 'offer').mockImplementation(function (this: Scheduler) {
      offer.call(this, this.count)
    })
  },
  'whoever claims does not look whether it is ready': () => {
    vi.spyOn(Scheduler.prototype, 'claim').mockImplementation(function (this: Scheduler) {
      const transaction = claim.call(this)?.transaction ?? this.committed
      if (transaction >= this.count) return undefined
      const incarnation = incarnationOf(this.status(transaction)) + 1
      setStatus(this, transaction, statusOf(EXECUTING, incarnation))
      return { transaction, incarnation }
    })
  },
}

function breakUse(broken: Partial<AccountUse>): void {
  vi.spyOn(steps, 'useOf').mockImplementation((journal, address) => ({ ...useOf(journal, address), ...broken }))
}

function setStatus(scheduler: Scheduler, transaction: number, status: number): void {
  scheduler.arena.store(scheduler.at(transaction) + TRANSACTION_STATUS, status)
}

function slotIgnoringResets(this: VersionedState, record: Pointer): bigint {
  const { arena } = this
  const effect = arena.get(record + RECORD_FINAL)
  return arena.getWord(effect === 0 ? record + RECORD_VALUE : effect + EFFECT_VALUE)
}

describe('a scheduler with a broken rule is found out', async () => {
  const simulate = await createSimulation()

  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('and one with all its rules is not', () => {
    for (let index = 0; index < 50; index += 1) expect(simulate(2, index)).toEqual([])
  })

  it.each(Object.entries(MUTATIONS))('%s', (_name, mutate) => {
    mutate()
    let caught: readonly string[] = []
    for (let index = 0; index < BLOCKS && caught.length === 0; index += 1) caught = simulate(2, index)
    expect(caught).not.toEqual([])
  })
})

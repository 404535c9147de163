import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Arena, Pointer } from '../../../src/parallel/memory/arena.ts'
import { Arena as ArenaClass } from '../../../src/parallel/memory/arena.ts'
import { COMMITTED } from '../../../src/parallel/memory/control.ts'
import { VersionedState } from '../../../src/parallel/memory/versionedState.ts'
import { steps } from '../../../src/parallel/run/steps.ts'
import { Scheduler } from '../../../src/parallel/scheduler/scheduler.ts'
import { EXECUTED, READY, stateOf, statusOf } from '../../../src/parallel/scheduler/status.ts'
import { createSimulation } from './run.ts'

/** Blocks within which a broken rule must show. */
const BLOCKS = 400

/** A rule, broken: what the first of its lines says no longer holds. */
const MUTATIONS: Readonly<Record<string, () => void>> = {
  'nobody looks whether an execution was told the truth': () => {
    vi.spyOn(steps, 'firstStale').mockReturnValue(0)
  },
  'writes of the execution before stay': () => {
    const publish = steps.publishWrites
    vi.spyOn(steps, 'publishWrites').mockImplementation((arena, transaction, writes) =>
      publish(arena, transaction, writes, 0),
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
  'a finished execution wakes nobody': () => {
    vi.spyOn(Scheduler.prototype, 'wake').mockReturnValue(undefined)
  },
  'a blocked execution does not look whether it blocked too late': () => {
    const status = Scheduler.prototype.status
    vi.spyOn(Scheduler.prototype, 'block').mockImplementation(function (this: Scheduler, claim, by) {
      const spy = vi.spyOn(Scheduler.prototype, 'release').mockReturnValue(false)
      blockOf.call(this, claim, by)
      spy.mockRestore()
      void status
    })
  },
  'who becomes ready does not lower the cursor': () => {
    vi.spyOn(ArenaClass.prototype, 'lower').mockReturnValue()
  },
  'two may commit at once': () => {
    vi.spyOn(Scheduler.prototype, 'lock').mockImplementation(function (this: Scheduler) {
      return !this.isOver && stateOf(this.status(this.committed)) === EXECUTED
    })
  },
  'anyone who is executed may be the head': () => {
    vi.spyOn(Scheduler.prototype, 'head').mockImplementation(function (this: Scheduler) {
      for (let index = this.committed; index < this.count; index += 1) {
        if (stateOf(this.status(index)) === EXECUTED) return index
      }
      return undefined
    })
  },
  'a wake-up does not say which execution waited': () => {
    vi.spyOn(Scheduler.prototype, 'release').mockImplementation(function (this: Scheduler, transaction) {
      this.arena.store(this.at(transaction), statusOf(READY, 0))
      this.arena.lower(COMMITTED - 1, transaction)
      return true
    })
  },
}

const blockOf = Scheduler.prototype.block

function slotIgnoringResets(this: VersionedState, record: Pointer): bigint {
  const bound = this.arena.load(COMMITTED)
  void bound
  const effect = (this.arena as Arena).get(record + 6)
  return effect === 0 ? this.arena.getWord(record + 16) : this.arena.getWord(effect + 2)
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

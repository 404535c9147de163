import { describe, expect, it, vi } from 'vitest'
import { Scheduler } from '../../../src/parallel/scheduler/scheduler.ts'
import { createSimulation } from '../../simulation/parallel/run.ts'

const SEED = 1
const BLOCKS = 250

describe('parallel execution equals sequential execution', async () => {
  const simulate = await createSimulation()

  it(`on ${BLOCKS} random blocks of seed ${SEED}, whoever goes on when`, () => {
    const used = (['retry', 'takeStale', 'block', 'release'] as const).map((name) =>
      vi.spyOn(Scheduler.prototype, name),
    )
    for (let index = 0; index < BLOCKS; index += 1) {
      expect([index, ...simulate(SEED, index)]).toEqual([index])
    }
    // The blocks are such that all that can happen does.
    for (const spy of used) expect(spy).toHaveBeenCalled()
    vi.restoreAllMocks()
  })
})

import { additionOf, useOf } from './footprint.ts'
import { commitWrites, markEstimates, publishWrites, withdrawWrites } from './publish.ts'
import { hasRoom } from './room.ts'
import { firstStale, looksStale } from './validate.ts'

/** What a worker does to the shared memory, by name: tests replace one at a time, to see that it is missed. */
export const steps = {
  additionOf,
  commitWrites,
  firstStale,
  hasRoom,
  looksStale,
  markEstimates,
  publishWrites,
  useOf,
  withdrawWrites,
}

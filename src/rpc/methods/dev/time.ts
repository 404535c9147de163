import { toQuantity } from '../../../primitives/index.ts'
import { integer, quantity64 } from '../../codec/scalars.ts'
import { defineDevMethod } from '../../method.ts'

/** The clock of blocks to come, and moments to return to. */
export const timeMethods = [
  defineDevMethod({
    name: 'evm_increaseTime',
    aliases: ['anvil_increaseTime'],
    summary: 'Moves the clock of blocks on by seconds; returns its whole offset.',
    params: [quantity64],
    handler: ({ producer }, seconds) => Number(producer.increaseTime(seconds)),
  }),
  defineDevMethod({
    name: 'anvil_setTime',
    aliases: ['evm_setTime'],
    summary: 'Sets the clock of blocks, in seconds.',
    params: [quantity64],
    handler({ producer }, seconds) {
      producer.setTime(seconds)
      return true
    },
  }),
  defineDevMethod({
    name: 'evm_setNextBlockTimestamp',
    aliases: ['anvil_setNextBlockTimestamp'],
    summary: "The next block's timestamp, in seconds.",
    params: [quantity64],
    handler({ producer }, seconds) {
      producer.setNextTimestamp(seconds)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_setBlockTimestampInterval',
    summary: 'Seconds between the timestamps of blocks to come, whatever the clock says.',
    params: [quantity64],
    handler({ producer }, seconds) {
      producer.setTimestampInterval(seconds)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_removeBlockTimestampInterval',
    summary: 'Timestamps follow the clock again.',
    params: [],
    handler({ producer }) {
      producer.setTimestampInterval(undefined)
      return true
    },
  }),
  defineDevMethod({
    name: 'evm_snapshot',
    aliases: ['anvil_snapshot'],
    summary: 'Remembers this moment; returns its number.',
    params: [],
    handler: ({ producer }) => toQuantity(producer.snapshot()),
  }),
  defineDevMethod({
    name: 'evm_revert',
    aliases: ['anvil_revert'],
    summary: 'Returns to a snapshot and uses it up; false when there is none.',
    params: [integer],
    handler: ({ producer }, snapshot) => producer.revert(snapshot),
  }),
]

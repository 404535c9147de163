import { anyBlock } from '../codec/block.ts'
import { refuse, required, withDefault } from '../codec/codec.ts'
import { integer } from '../codec/scalars.ts'
import { defineMethod } from '../method.ts'
import { requireBlock } from '../query/blocks.ts'
import { accessListView } from '../view/accessList.ts'
import { scheduleView } from '../view/schedule.ts'

const DEFAULT_LANES = 4
const MAX_LANES = 256

const lanes = withDefault(
  required('workers', (json, path) => {
    const count = integer.decode(json, path)
    return count >= 1 && count <= MAX_LANES ? count : refuse(path, `not from 1 to ${MAX_LANES}`)
  }),
  DEFAULT_LANES,
)

/** How blocks were executed. */
export const parallelMethods = [
  defineMethod({
    name: 'evmpp_getBlockAccessList',
    summary: 'All that a block read and changed, part by part, and the hash of that list. Source: EIP-7928.',
    params: [anyBlock],
    handler({ archive }, reference) {
      const list = archive.accessList(requireBlock(archive, reference).hash)
      return list === undefined ? null : accessListView(list)
    },
  }),
  defineMethod({
    name: 'evmpp_getBlockSchedule',
    summary:
      'Who depends on whom in a block (it is executed again), what that allows so many workers, and how the node executed it.',
    params: [anyBlock, lanes],
    async handler({ archive, simulator }, reference, workers) {
      const block = requireBlock(archive, reference)
      const schedule = await simulator.schedule({ blockHash: block.hash, workers })
      return scheduleView(block, schedule, archive.teamRun(block.hash))
    },
  }),
]

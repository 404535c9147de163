import { anyBlock } from '../codec/block.ts'
import { defineMethod } from '../method.ts'
import { requireBlock } from '../query/blocks.ts'
import { accessListView } from '../view/accessList.ts'

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
]

import { encodeBlock, encodeHeader, encodeReceipt } from '../../chain/index.ts'
import { toHex } from '../../primitives/index.ts'
import { anyBlock } from '../codec/block.ts'
import { defineMethod } from '../method.ts'
import { requireBlock } from '../query/blocks.ts'
import { executedBlock } from '../query/receipts.ts'

/** The consensus bytes behind the answers of `eth_`. `debug_getRawTransaction` is an alias there. */
export const debugMethods = [
  defineMethod({
    name: 'debug_getRawHeader',
    summary: "The bytes of a block's header.",
    params: [anyBlock],
    handler: ({ archive }, reference) => toHex(encodeHeader(requireBlock(archive, reference).header)),
  }),
  defineMethod({
    name: 'debug_getRawBlock',
    summary: 'The bytes of a block.',
    params: [anyBlock],
    handler: ({ archive }, reference) => toHex(encodeBlock(requireBlock(archive, reference))),
  }),
  defineMethod({
    name: 'debug_getRawReceipts',
    summary: "The bytes of a block's receipts, one by one.",
    params: [anyBlock],
    handler: (scope, reference) =>
      executedBlock(scope, requireBlock(scope.archive, reference)).receipts.map((receipt) =>
        toHex(encodeReceipt(receipt)),
      ),
  }),
]

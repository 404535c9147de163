import { toQuantity } from '../../../primitives/index.ts'
import { defineMethod } from '../../method.ts'
import { forkConfig } from '../../query/forkConfig.ts'
import { pendingTransactions } from '../../query/pool.ts'
import { pendingTransactionView } from '../../view/transaction.ts'

/** Nothing is ever deleted. */
const EVERYTHING = { disabled: false, oldestBlock: '0x0' } as const

/** What chain this is and how this node stands in it. */
export const infoMethods = [
  defineMethod({
    name: 'eth_chainId',
    summary: 'The chain id.',
    params: [],
    handler: ({ config }) => toQuantity(config.chainId),
  }),
  defineMethod({
    name: 'eth_protocolVersion',
    summary: 'Always 0x44, the eth protocol of the newest fork: this node speaks its own with its peers.',
    params: [],
    handler: () => '0x44',
  }),
  defineMethod({
    name: 'eth_syncing',
    summary: 'Always false: what a node serves it has executed.',
    params: [],
    handler: () => false,
  }),
  defineMethod({
    name: 'eth_coinbase',
    summary: 'Who earns the fees of the next block.',
    params: [],
    handler: ({ producer }) => producer.next().coinbase,
  }),
  defineMethod({
    name: 'eth_mining',
    summary: 'Whether blocks are made without being asked for.',
    params: [],
    handler: ({ producer }) => producer.mode.kind !== 'manual',
  }),
  defineMethod({
    name: 'eth_hashrate',
    summary: 'Always 0: there is no proof of work.',
    params: [],
    handler: () => '0x0',
  }),
  defineMethod({
    name: 'eth_config',
    summary: "The fork's parameters, precompiles and system contracts. Source: EIP-7910.",
    params: [],
    handler: (scope) => forkConfig(scope),
  }),
  defineMethod({
    name: 'eth_capabilities',
    summary: 'What this node can answer: everything from block 0 on.',
    params: [],
    handler({ archive }) {
      const { blockNumber, blockHash } = archive.head()
      return {
        head: { number: toQuantity(blockNumber), hash: blockHash },
        state: EVERYTHING,
        tx: EVERYTHING,
        logs: EVERYTHING,
        receipts: EVERYTHING,
        blocks: EVERYTHING,
        stateproofs: EVERYTHING,
      }
    },
  }),
  defineMethod({
    name: 'eth_pendingTransactions',
    summary: 'The transactions that the next block would hold.',
    params: [],
    handler: async (scope) => (await pendingTransactions(scope)).map(pendingTransactionView),
  }),
]

import { toQuantity } from '../../../primitives/index.ts'
import { type Codec, readMembers, required, withDefault } from '../../codec/codec.ts'
import { address, anything, boolean, hash, quantity64, text } from '../../codec/scalars.ts'
import { invalidParams } from '../../error.ts'
import { defineDevMethod } from '../../method.ts'
import { requireBlock } from '../../query/blocks.ts'
import { suggestedGasPriceWei } from '../../query/fees.ts'

/** `{forking: {jsonRpcUrl}}` asks for a fork of another chain; viem sends it with an empty URL. */
const resetOptions: Codec<{ readonly wantsFork: boolean }> = required('options', (json, path) => {
  const forking = readMembers(json, path)('forking', anything)
  const url = forking === undefined ? undefined : readMembers(forking, `${path}.forking`)('jsonRpcUrl', anything)
  return { wantsFork: url !== undefined }
})

/** The pool, the node as a whole, and who it says it is. */
export const devNodeMethods = [
  defineDevMethod({
    name: 'anvil_dropTransaction',
    summary: 'Takes a waiting transaction out of the pool; its hash, or null when it is not there.',
    params: [hash],
    handler: ({ mempool }, name) => (mempool.remove(name) ? name : null),
  }),
  defineDevMethod({
    name: 'hardhat_dropTransaction',
    summary: 'Takes a waiting transaction out of the pool; false when it is not there.',
    params: [hash],
    handler: ({ mempool }, name) => mempool.remove(name),
  }),
  defineDevMethod({
    name: 'anvil_dropAllTransactions',
    summary: 'Empties the pool.',
    params: [],
    handler({ mempool }) {
      mempool.clear()
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_removePoolTransactions',
    summary: "Takes an account's waiting transactions out of the pool.",
    params: [address],
    handler({ mempool }, sender) {
      const { pending, queued } = mempool.content()
      const waiting = [...(pending.get(sender)?.values() ?? []), ...(queued.get(sender)?.values() ?? [])]
      for (const { hash: name } of waiting) mempool.remove(name)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_reset',
    aliases: ['hardhat_reset'],
    summary: 'Back to the genesis block. Forking another chain is refused.',
    params: [withDefault(resetOptions, { wantsFork: false })],
    async handler({ producer, impersonation, instance }, { wantsFork }) {
      if (wantsFork) throw invalidParams('this node cannot fork another chain: call reset without forking')
      await producer.reset()
      impersonation.clear()
      instance.renew()
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_getGenesisTime',
    summary: 'When the first block was made, in seconds, a JSON number.',
    params: [],
    handler: ({ archive }) => Number(requireBlock(archive, { kind: 'number', number: 0n }).header.timestampSeconds),
  }),
  defineDevMethod({
    name: 'anvil_setChainId',
    summary: "Takes the chain's own id; another is refused: it is part of the chain.",
    params: [quantity64],
    handler({ config }, chainId) {
      if (chainId === config.chainId) return null
      throw invalidParams(`the chain id is ${config.chainId} for good: start another chain with --chain-id ${chainId}`)
    },
  }),
  defineDevMethod({
    name: 'anvil_setRpcUrl',
    summary: 'Refused: there is no other chain behind this one.',
    params: [text],
    handler() {
      throw invalidParams('this node does not fork another chain, so there is no RPC URL to set')
    },
  }),
  defineDevMethod({
    name: 'evmpp_setHaltData',
    summary:
      'Gives errors of calls that ran out of gas or met an invalid opcode the `data` `0x`, which matchers such as `reverted` of Hardhat look for, or takes it away again.',
    params: [boolean],
    handler({ devSettings }, isEnabled) {
      devSettings.haltsHaveData = isEnabled
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_setLoggingEnabled',
    aliases: ['hardhat_setLoggingEnabled'],
    summary: 'Lets the node write log lines, or not.',
    params: [boolean],
    handler({ setLogging }, isEnabled) {
      setLogging(isEnabled)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_nodeInfo',
    summary: "The node in anvil's words: how Foundry and Hardhat recognise a development node.",
    params: [],
    handler(scope) {
      const { header, hash: currentBlockHash } = scope.archive.headBlock()
      const { baseFeeWei, gasLimit } = scope.producer.next()
      return {
        currentBlockNumber: toQuantity(header.number),
        currentBlockTimestamp: Number(header.timestampSeconds),
        currentBlockHash,
        hardFork: scope.config.rules.hardfork,
        transactionOrder: 'fees',
        environment: {
          baseFee: toQuantity(baseFeeWei),
          chainId: Number(scope.config.chainId),
          gasLimit: toQuantity(gasLimit),
          gasPrice: toQuantity(suggestedGasPriceWei(scope)),
        },
        forkConfig: { forkUrl: null, forkBlockNumber: null, forkRetryBackoff: null },
      }
    },
  }),
  defineDevMethod({
    name: 'hardhat_metadata',
    aliases: ['anvil_metadata'],
    summary: "The node in Hardhat's words.",
    params: [],
    handler({ archive, config, instance }) {
      const { blockNumber, blockHash } = archive.head()
      return {
        clientVersion: config.clientVersion,
        chainId: Number(config.chainId),
        instanceId: instance.id(),
        latestBlockNumber: Number(blockNumber),
        latestBlockHash: blockHash,
      }
    },
  }),
]

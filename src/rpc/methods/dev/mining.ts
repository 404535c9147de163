import type { Spacing } from '../../../chain/index.ts'
import { withDefault } from '../../codec/codec.ts'
import { address, boolean, hash, integer, quantity, quantity64 } from '../../codec/scalars.ts'
import { invalidParams } from '../../error.ts'
import { defineDevMethod, type Method } from '../../method.ts'
import type { DevScope } from '../../scope.ts'
import { mineWish } from './mineWish.ts'

/** More would block the node for minutes. */
const MAX_BLOCKS_AT_ONCE = 100_000
const MILLISECONDS_PER_SECOND = 1000

/** Stops when the client has gone: nobody knows of blocks that nobody waits for. */
async function mine({ producer, isGone }: DevScope, count: number, spacing: Spacing | undefined): Promise<void> {
  if (count > MAX_BLOCKS_AT_ONCE) throw invalidParams(`cannot mine more than ${MAX_BLOCKS_AT_ONCE} blocks at once`)
  await producer.mine(count, spacing, () => !isGone())
}

/** `anvil_mine` moves the first block on as well, `hardhat_mine` only those behind it. */
function defineMine(name: 'anvil_mine' | 'hardhat_mine', movesFirst: boolean, summary: string): Method {
  return defineDevMethod({
    name,
    summary,
    params: [withDefault(integer, 1), withDefault(quantity64, 0n)],
    async handler(scope, count, seconds) {
      // viem sends 0 for "no interval".
      await mine(scope, count, seconds === 0n ? undefined : { seconds, movesFirst })
      return null
    },
  })
}

/** Timers count milliseconds in 31 bits; beyond that they fire at once. */
const MAX_INTERVAL_MS = 2 ** 31 - 1

/** Who says that it is Hardhat means milliseconds, like Hardhat; anvil means seconds. viem's test client knows both. */
function isHardhat({ config }: DevScope): boolean {
  return /^hardhat/i.test(config.clientVersion)
}

function setIntervalMining({ producer }: DevScope, value: number, unitMs: number): true {
  const milliseconds = value * unitMs
  if (milliseconds > MAX_INTERVAL_MS) throw invalidParams(`the interval is longer than ${MAX_INTERVAL_MS} ms`)
  if (value > 0) producer.setMode({ kind: 'interval', milliseconds })
  else if (producer.mode.kind === 'interval') producer.setMode({ kind: 'manual' })
  return true
}

/** When blocks are made and what the next one is like. */
export const miningMethods = [
  defineMine('anvil_mine', true, 'Makes blocks (1 if not said), the first and each other so many seconds on.'),
  defineMine('hardhat_mine', false, 'Makes blocks (1 if not said), so many seconds apart.'),
  defineDevMethod({
    name: 'evm_mine',
    summary: 'Makes a block, at a timestamp if one is given; or `{blocks, timestamp}`.',
    params: [withDefault(mineWish, { count: 1, timestampSeconds: undefined })],
    async handler(scope, { count, timestampSeconds }) {
      if (timestampSeconds !== undefined) scope.producer.setNextTimestamp(timestampSeconds)
      await mine(scope, count, undefined)
      return '0x0'
    },
  }),
  defineDevMethod({
    name: 'evm_setAutomine',
    aliases: ['anvil_setAutomine'],
    summary: 'Makes a block for every transaction, or only when asked.',
    params: [boolean],
    handler({ producer }, isAutomatic) {
      if (isAutomatic) producer.setMode({ kind: 'automine' })
      else if (producer.mode.kind === 'automine') producer.setMode({ kind: 'manual' })
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_getAutomine',
    aliases: ['hardhat_getAutomine'],
    summary: 'Whether every transaction gets a block at once.',
    params: [],
    handler: ({ producer }) => producer.mode.kind === 'automine',
  }),
  defineDevMethod({
    name: 'evm_setIntervalMining',
    summary: 'Makes a block every so often, in seconds (milliseconds when the node calls itself Hardhat); 0 stops.',
    params: [integer],
    handler: (scope, value) => setIntervalMining(scope, value, isHardhat(scope) ? 1 : MILLISECONDS_PER_SECOND),
  }),
  defineDevMethod({
    name: 'anvil_setIntervalMining',
    summary: 'Makes a block every so often, in seconds; 0 stops.',
    params: [integer],
    handler: (scope, value) => setIntervalMining(scope, value, MILLISECONDS_PER_SECOND),
  }),
  defineDevMethod({
    name: 'anvil_getIntervalMining',
    summary: 'Seconds between blocks of interval mining; null without it.',
    params: [],
    handler({ producer: { mode } }) {
      return mode.kind === 'interval' ? mode.milliseconds / MILLISECONDS_PER_SECOND : null
    },
  }),
  defineDevMethod({
    name: 'evm_setBlockGasLimit',
    aliases: ['anvil_setBlockGasLimit'],
    summary: 'The gas limit of blocks to come.',
    params: [quantity64],
    handler({ producer }, gasLimit) {
      producer.setGasLimit(gasLimit)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_setCoinbase',
    aliases: ['hardhat_setCoinbase'],
    summary: 'Who earns the fees of blocks to come.',
    params: [address],
    handler({ producer }, coinbase) {
      producer.setCoinbase(coinbase)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_setNextBlockBaseFeePerGas',
    aliases: ['hardhat_setNextBlockBaseFeePerGas'],
    summary: "The next block's base fee.",
    params: [quantity],
    handler({ producer }, baseFeeWei) {
      producer.setNextBaseFee(baseFeeWei)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_setMinGasPrice',
    aliases: ['hardhat_setMinGasPrice'],
    summary: 'Always refused, as by other nodes: since EIP-1559 the base fee is the least price.',
    params: [quantity],
    handler() {
      throw invalidParams('setMinGasPrice is not supported when EIP-1559 is active: use setNextBlockBaseFeePerGas')
    },
  }),
  defineDevMethod({
    name: 'hardhat_setPrevRandao',
    aliases: ['anvil_setPrevRandao'],
    summary: "The next block's prevRandao.",
    params: [hash],
    handler({ producer }, prevRandao) {
      producer.setNextPrevRandao(prevRandao)
      return true
    },
  }),
]

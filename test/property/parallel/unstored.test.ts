import { describe, expect, it } from 'vitest'
import { createExecution } from '../../../src/node/machines.ts'
import { isWorthEntering } from '../../../src/parallel/block/unstored.ts'
import type { BlockInput } from '../../../src/parallel/index.ts'
import { fromHex, rulesOf, ZERO_HASH } from '../../../src/primitives/index.ts'
import { createOverlay, type StateDiff, type StateView } from '../../../src/state/index.ts'
import { Random } from '../../fuzz/random.ts'
import { createOracle, createVirtualExecutor, differencesOf } from '../../harness/parallel/executors.ts'
import { randomBlock } from '../../harness/parallel/randomBlock.ts'
import { buildTreeContracts } from '../../harness/wasm/treeContracts.ts'
import { addr, type Holding, hash, stateOf, testBlock, transaction, world } from '../../harness/world.ts'

/** Adds 1 to slot 0. */
const COUNTER_CODE = fromHex('0x5f546001015f5500')
const COUNTER = addr(0x77)
const BRANCHES = 40
/** Blocks of a branch that are not stored. */
const DEPTH = 4

describe('workers who read the store themselves', async () => {
  const codes = await buildTreeContracts()
  const oracle = createOracle()

  it('see the blocks that are not stored yet', () => {
    let stored: StateView
    let random = new Random(0, 0)
    const ways = new Set<string>()
    const executor = createVirtualExecutor(3, (bound) => random.below(bound), 4, createExecution('interpreter'), {
      account: (address) => stored.account(address),
      code: (codeHash) => stored.code(codeHash),
      storage: (address, slot) => stored.storage(address, slot),
      hasStorage: (address) => stored.hasStorage(address),
    })
    for (let branch = 0; branch < BRANCHES; branch += 1) {
      random = new Random(21, branch)
      const { view, input } = randomBlock(random, codes)
      stored = view
      const overlay = createOverlay(view)
      const sinceStored: StateDiff[] = []
      for (let depth = 0; depth < DEPTH; depth += 1) {
        const block = continued(overlay, { ...randomBlock(random, codes).input, rules: input.rules })
        const expected = oracle.execute(block, overlay)
        const differences = differencesOf(expected, executor.execute(block, { ...overlay, sinceStored }))
        expect([branch, depth, ...differences]).toEqual([branch, depth])
        ways.add(isWorthEntering(sinceStored, block.transactions.length) ? 'entered' : 'asked')
        overlay.apply(expected.diff)
        sinceStored.push(expected.diff)
      }
    }
    expect(executor.failures).toEqual([])
    expect(ways.size).toBe(2)
  })

  const counter = stateOf({ [COUNTER]: { nonce: 1n, code: COUNTER_CODE } })
  const ended = counter.map((account) => ({ ...account, code: undefined, storageReset: true }))

  it.each<[what: string, stored: Holding | undefined, unstored: StateDiff]>([
    ['run code that is not stored yet', undefined, counter],
    ['see nothing of a storage that ended', { nonce: 1n, code: COUNTER_CODE, storage: [[0n, 5n]] }, ended],
  ])('%s', (_what, holding, unstored) => {
    const rich = { [addr(1)]: { balanceWei: 10n ** 18n } }
    const stored = world(holding === undefined ? rich : { ...rich, [COUNTER]: holding })
    const executor = createVirtualExecutor(2, () => 0, 4, createExecution('interpreter'), stored)
    const overlay = createOverlay(stored)
    overlay.apply(unstored)
    const input: BlockInput = {
      rules: rulesOf('osaka'),
      context: testBlock,
      parentHash: hash(0xaa),
      parentBeaconBlockRoot: ZERO_HASH,
      transactions: [0n, 1n].map((nonce) => transaction({ to: COUNTER, nonce })),
      blockHash: () => undefined,
    }
    const expected = oracle.execute(input, overlay)
    expect(expected.diff.find(({ address }) => address === COUNTER)?.storage).toEqual([[0n, 2n]])
    const result = executor.execute(input, { ...overlay, sinceStored: [unstored] })
    expect(differencesOf(expected, result)).toEqual([])
  })
})

/** A block whose transactions have the nonces that come next. */
function continued(view: StateView, input: BlockInput): BlockInput {
  const transactions = input.transactions.map((transaction) => ({
    ...transaction,
    nonce: transaction.nonce + (view.account(transaction.sender)?.nonce ?? 0n),
  }))
  return { ...input, transactions }
}

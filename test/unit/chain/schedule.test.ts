import { expect, test } from 'vitest'
import { createArchive, createSimulationCore, openBranchLedger } from '../../../src/chain/index.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import { rulesOf, ZERO_HASH } from '../../../src/primitives/index.ts'
import { createMemoryStore, createMptTrie, nodeReader } from '../../../src/state/index.ts'
import { nextRequest, signed, testGenesis } from '../../harness/testChain.ts'
import { THROWER, throwingExecution } from '../../harness/throwing.ts'

test('a block of a network that holds an isolated halt is executed again as it went', async () => {
  const parts = throwingExecution(() => {
    throw new Error('broken')
  })
  const store = createMemoryStore()
  const executor = createSequentialExecutor(parts)
  const ledger = await openBranchLedger({ store, trieOf: createMptTrie, executor, genesis: testGenesis() })
  const archive = createArchive(store, createMptTrie(nodeReader(store)))
  const transactions = [signed(0, 0n, { to: THROWER }), signed(1, 0n)]
  const made = await ledger.execute(archive.head().blockHash, nextRequest(archive, transactions))
  const blockHash = made?.block.hash ?? ZERO_HASH
  await ledger.commit(blockHash, Uint8Array.of(1))
  const core = createSimulationCore({ rules: rulesOf('osaka'), chainId: 31_337n, ...parts })
  expect(core.schedule(archive, { blockHash, workers: 2 })).toMatchObject({ gasUsed: 121_000n })
})

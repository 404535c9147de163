import { createArchive, openLedger, parseGenesis } from '../../../src/chain/index.ts'
import { createExecution } from '../../../src/node/machines.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import { createMemoryStore, createMptTrie, nodeReader, openLevelStore } from '../../../src/state/index.ts'

/** What came of a chain that was executed again. */
export type Replayed = {
  readonly passed: number
  readonly failed: number
  readonly transactions: number
  readonly failures: readonly string[]
}

/** Executes the blocks of the store at `path` once more, in order, one transaction after the other, from `genesis` on. */
export async function replay(path: string, genesis: object): Promise<Replayed> {
  const stored = await openLevelStore(path, { create: false, durable: false })
  const archive = createArchive(stored, createMptTrie(nodeReader(stored)))
  const store = createMemoryStore()
  const executor = createSequentialExecutor(createExecution('interpreter'))
  const trie = createMptTrie(nodeReader(store))
  const ledger = await openLedger({ store, trie, executor, genesis: parseGenesis(genesis) })
  const failures: string[] = []
  let passed = 0
  let transactions = 0
  const last = archive.head().blockNumber
  for (let number = 1n; number <= last && failures.length === 0; number += 1n) {
    const hash = archive.blockHash(number)
    const block = hash === undefined ? undefined : archive.block(hash)
    if (block === undefined) throw new Error(`there is no block ${number}`)
    const { timestampSeconds, coinbase, prevRandao, gasLimit } = block.header
    const request = { timestampSeconds, coinbase, prevRandao, gasLimit, baseFeeWei: undefined }
    const produced = await ledger.produce({ ...request, transactions: block.transactions })
    transactions += block.transactions.length
    if (produced.block.hash === hash) passed += 1
    else failures.push(`block ${number}: root ${block.header.stateRoot}, replayed ${produced.block.header.stateRoot}`)
  }
  await ledger.close()
  await stored.close()
  return { passed, failed: Number(last) - passed, transactions, failures }
}

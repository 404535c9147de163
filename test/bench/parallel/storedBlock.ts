import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EMPTY_TRIE_ROOT } from '../../../src/primitives/index.ts'
import {
  createMptTrie,
  flatView,
  nodeReader,
  openLevelStore,
  type StateDiff,
  type StateView,
  stateWrites,
} from '../../../src/state/index.ts'

/** A state in a store of its own, as a node has it: whoever executes reads it from there. */
export type StoredState = { readonly path: string; readonly view: StateView; close(): Promise<void> }

/** Writes a state to a temporary folder. */
export async function storeState(state: StateDiff): Promise<StoredState> {
  const path = mkdtempSync(join(tmpdir(), 'evmpp-bench-'))
  const store = await openLevelStore(path, { create: true, durable: false })
  const update = await createMptTrie(nodeReader(store)).apply(EMPTY_TRIE_ROOT, state)
  await store.write(await stateWrites(store, state, update))
  return {
    path,
    view: { ...flatView(store), sinceStored: [] },
    async close() {
      await store.close()
      rmSync(path, { recursive: true, force: true })
    },
  }
}

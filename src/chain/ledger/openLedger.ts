import { type BlockExecutor, leaveOutRejected } from '../../parallel/index.ts'
import { BaseError, type Hash, rulesOf } from '../../primitives/index.ts'
import { flatView, type StateDiff, type StateTrie, type Store, stateWrites, type Write } from '../../state/index.ts'
import { runOfIncluded } from '../codec/teamRun.ts'
import type { Genesis } from '../genesis/genesis.ts'
import type { BlockRequest, Head, Ledger, ProducedBlock, StateEdit } from '../ledger.ts'
import { createJobQueue } from '../production/jobQueue.ts'
import { accessListWrite, blockWrites, headWrite, requireBlockHash, teamRunWrite } from '../records/records.ts'
import { rewindWrites, undoWrite } from '../records/undo.ts'
import { headOf, openChain } from './chainStart.ts'
import { blockInput, type ChainRules, sealResult } from './produce.ts'
import { createIdleProducer } from './produceIdle.ts'
import { diffOfEdits } from './stateEdit.ts'

/** What a ledger is made of. `trie` reads its nodes from `store`. */
export type LedgerParts = {
  readonly store: Store
  readonly trie: StateTrie
  readonly executor: BlockExecutor
  readonly genesis: Genesis
  /** True opens a stored chain also when it began at another time than `genesis` says. */
  readonly acceptsAnyStart?: boolean
}

/**
 * Opens the chain in `store`, or begins it there when the store is empty. Nothing else may write to the store from now
 * on; the ledger closes it. A store that is refused is not touched. Throws
 *
 * - `DATADIR_FORMAT`: it holds something else, or a chain in another format,
 * - `GENESIS_MISMATCH`: it holds a chain that began otherwise or follows other rules,
 * - `STORE_CORRUPT`: the head, its block or its state is missing or damaged.
 */
export async function openLedger(parts: LedgerParts): Promise<Ledger> {
  const { store, trie, acceptsAnyStart } = parts
  const genesis = await openChain(store, trie, parts.genesis, acceptsAnyStart)
  const queue = createJobQueue()
  const produceIdle = createIdleProducer(store, chainOf(genesis))
  return {
    produce: (request) => queue.run(() => produce({ ...parts, genesis }, request)),
    produceIdle: (run) => queue.run(() => produceIdle(run)),
    edit: (edits) => queue.run(() => edit(parts, edits)),
    rewind: (version) => queue.run(() => rewind(parts, version)),
    close: () => queue.run(() => store.close()),
  }
}

async function produce(parts: LedgerParts, request: BlockRequest): Promise<ProducedBlock> {
  const { store, executor, genesis } = parts
  const { head, block: parent } = headOf(store)
  const input = blockInput(chainOf(genesis), parent, request, (number) => requireBlockHash(store, number), 'leaveOut')
  const result = executor.execute(input, { ...flatView(store), sinceStored: [] })
  const state = await stateChange(parts, head, result.diff)
  const produced = sealResult(parent.header, request, input, result, state.root, 'leaveOut')
  const { block } = produced
  const access = accessListWrite(block.header.number, leaveOutRejected(result.accessList, result.outcomes))
  const run = teamRunWrite(block.header.number, result.run && runOfIncluded(result.run, result.outcomes))
  await commit(store, [...state.writes, ...blockWrites(produced), access, run], {
    version: head.version + 1n,
    blockHash: block.hash,
    blockNumber: block.header.number,
    stateRoot: state.root,
  })
  return produced
}

function chainOf({ hardfork, wasmRules, chainId }: Genesis): ChainRules {
  return { rules: rulesOf(hardfork, wasmRules), chainId }
}

async function edit(parts: LedgerParts, edits: readonly StateEdit[]): Promise<Head> {
  const { head } = headOf(parts.store)
  const state = await stateChange(parts, head, diffOfEdits(flatView(parts.store), edits))
  return commit(parts.store, state.writes, { ...head, version: head.version + 1n, stateRoot: state.root })
}

async function rewind({ store }: LedgerParts, version: bigint): Promise<Head> {
  const { head } = headOf(store)
  if (version < 0n || version > head.version) {
    throw new BaseError('UNKNOWN_VERSION', `there is no commit ${version} to return to: the newest is ${head.version}`)
  }
  await store.write(rewindWrites(store, head.version, version))
  return headOf(store).head
}

type StateChange = { readonly root: Hash; readonly writes: readonly Write[] }

/** Applies a diff to trie and flat state, in memory. */
async function stateChange({ store, trie }: LedgerParts, head: Head, diff: StateDiff): Promise<StateChange> {
  const update = await trie.apply(head.stateRoot, diff)
  return { root: update.root, writes: await stateWrites(store, diff, update) }
}

/** Stores a commit as one batch: what it changes, the new head, and how to undo both. */
async function commit(store: Store, writes: readonly Write[], head: Head): Promise<Head> {
  const all = [...writes, headWrite(head)]
  await store.write([...all, undoWrite(store, head.version, all)])
  return head
}

import type { BlockAccessList, BlockExecutor, TeamRun } from '../../parallel/index.ts'
import type { Address, Bytes, Hash } from '../../primitives/index.ts'
import { assert, rulesOf } from '../../primitives/index.ts'
import {
  type Account,
  createOverlay,
  flatView,
  nodeReader,
  type ReadNode,
  type StateDiff,
  type StateTrie,
  type StateView,
  type Store,
  stateWrites,
  type TrieUpdate,
} from '../../state/index.ts'
import type { Block } from '../block.ts'
import type { Genesis } from '../genesis/genesis.ts'
import { headOf, openChain } from '../ledger/chainStart.ts'
import { blockInput, sealResult } from '../ledger/produce.ts'
import type { BlockRequest, Head, ProducedBlock } from '../ledger.ts'
import { createJobQueue } from '../production/jobQueue.ts'
import {
  accessListWrite,
  blockWrites,
  headWrite,
  orderWrite,
  requireBlockHash,
  teamRunWrite,
} from '../records/records.ts'

/** What a block did to an account; undefined where there is none. */
export type AccountChange = {
  readonly address: Address
  readonly before: Account | undefined
  readonly after: Account | undefined
}

/** A block that was executed on a branch. `accounts` are those whose nonce, balance or code changed. */
export type BranchResult = ProducedBlock & { readonly accounts: readonly AccountChange[] }

/**
 * A ledger of blocks that others have ordered. A block is executed before it is known to be final, on any block that is,
 * and stored once it is: what is held of a branch that loses is forgotten. The only writer of its store. Blocks go by their
 * Ethereum hash, so two equal ones are one.
 *
 * - L3 *Only what is final is stored*, block by block, each as one batch with its state (L1, L2).
 * - L4 *What was ordered is kept*: a transaction that can not be executed stays in its block, with a receipt that says so.
 * - L5 *The store stands still while a block is executed*: whoever executes it may read what the branch did not change.
 */
export interface BranchLedger {
  /** Undefined when the parent is neither the head nor a block that was executed here and is still held. */
  execute(parentHash: Hash, request: BlockRequest): Promise<BranchResult | undefined>
  /**
   * Stores a block whose parent is the head, with the record of its order, and forgets all that does not descend from it.
   * Durable when it resolves.
   */
  commit(blockHash: Hash, order: Bytes): Promise<Head>
  close(): Promise<void>
}

/** What a branch ledger is made of. `trieOf` reads through to nodes that are not stored yet. */
export type BranchLedgerParts = {
  readonly store: Store
  readonly trieOf: (readNode: ReadNode) => StateTrie
  readonly executor: BlockExecutor
  readonly genesis: Genesis
}

/** A block that was executed and is not stored. */
type Pending = {
  readonly result: BranchResult
  readonly diff: StateDiff
  readonly accessList: BlockAccessList
  readonly run: TeamRun | undefined
  readonly update: TrieUpdate
  readonly nodes: ReadonlyMap<Hash, Bytes>
}

/** Opens the chain in `store`, or begins it there, as `openLedger` does and with the same errors. */
export async function openBranchLedger(parts: BranchLedgerParts): Promise<BranchLedger> {
  const { store, trieOf, executor } = parts
  const queue = createJobQueue()
  const pending = new Map<Hash, Pending>()
  const trie = trieOf(readingThrough(pending, nodeReader(store)))
  const { hardfork, wasmRules, chainId } = await openChain(store, trie, parts.genesis)
  const chain = { rules: rulesOf(hardfork, wasmRules), chainId }

  /** The blocks from the head's child down to this one; undefined when they do not meet. */
  function branchTo(hash: Hash): readonly Pending[] | undefined {
    const { head } = headOf(store)
    const branch: Pending[] = []
    for (let at = hash; at !== head.blockHash; ) {
      const block = pending.get(at)
      if (block === undefined) return undefined
      branch.push(block)
      at = block.result.block.header.parentHash
    }
    return branch.reverse()
  }

  async function execute(parentHash: Hash, request: BlockRequest): Promise<BranchResult | undefined> {
    const branch = branchTo(parentHash)
    if (branch === undefined) return undefined
    const { head, block: headBlock } = headOf(store)
    const parent: Pick<Block, 'hash' | 'header'> = branch.at(-1)?.result.block ?? headBlock
    const hashAt = (number: bigint): Hash | undefined =>
      number <= head.blockNumber
        ? requireBlockHash(store, number)
        : branch[Number(number - head.blockNumber) - 1]?.result.block.hash
    const view = createOverlay(flatView(store))
    for (const { diff } of branch) view.apply(diff)
    const input = blockInput(chain, parent, request, hashAt, 'keep')
    const result = executor.execute(input, { ...view, sinceStored: branch.map(({ diff }) => diff) })
    const update = await trie.apply(parent.header.stateRoot, result.diff)
    const sealed = sealResult(parent.header, request, input, result, update.root, 'keep')
    const known = pending.get(sealed.block.hash)
    if (known !== undefined) return known.result
    const branchResult = { ...sealed, accounts: accountChanges(view, result.diff) }
    const nodes = new Map(update.nodes.map(({ hash, bytes }) => [hash, bytes]))
    const { diff, accessList, run } = result
    pending.set(sealed.block.hash, { result: branchResult, diff, accessList, run, update, nodes })
    return branchResult
  }

  async function commit(blockHash: Hash, order: Bytes): Promise<Head> {
    const { head } = headOf(store)
    const block = pending.get(blockHash)
    assert(block?.result.block.header.parentHash === head.blockHash, 'blocks are stored in order')
    const { header } = block.result.block
    const next: Head = {
      version: head.version + 1n,
      blockHash,
      blockNumber: header.number,
      stateRoot: header.stateRoot,
    }
    const writes = await stateWrites(store, block.diff, block.update)
    // No undo record: what is final is never taken back.
    await store.write([
      ...writes,
      ...blockWrites(block.result),
      accessListWrite(header.number, block.accessList),
      teamRunWrite(header.number, block.run),
      orderWrite(header.number, order),
      headWrite(next),
    ])
    pending.delete(blockHash)
    forgetOthers(pending, blockHash)
    return next
  }

  return {
    execute: (parentHash, request) => queue.run(() => execute(parentHash, request)),
    commit: (blockHash, order) => queue.run(() => commit(blockHash, order)),
    close: () => queue.run(() => store.close()),
  }
}

/** Nodes of blocks that are not stored yet, then those of the store. */
function readingThrough(pending: ReadonlyMap<Hash, Pending>, stored: ReadNode): ReadNode {
  return (hash) => {
    for (const { nodes } of pending.values()) {
      const bytes = nodes.get(hash)
      if (bytes !== undefined) return bytes
    }
    return stored(hash)
  }
}

/** Parents stand before their children, as they were executed in that order. */
function forgetOthers(pending: Map<Hash, Pending>, head: Hash): void {
  const kept = new Set([head])
  for (const [hash, { result }] of pending) {
    if (kept.has(result.block.header.parentHash)) kept.add(hash)
    else pending.delete(hash)
  }
}

function accountChanges(before: StateView, diff: StateDiff): readonly AccountChange[] {
  return diff
    .map(({ address, account }) => ({ address, before: before.account(address), after: account }))
    .filter((change) => !isSame(change.before, change.after))
}

function isSame(a: Account | undefined, b: Account | undefined): boolean {
  return a?.nonce === b?.nonce && a?.balanceWei === b?.balanceWei && a?.codeHash === b?.codeHash
}

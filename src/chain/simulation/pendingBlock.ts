import {
  type BlockInput,
  type BlockResult,
  createSequentialExecutor,
  type ExecutorParts,
} from '../../parallel/index.ts'
import type { Address, Bytes, Hash, Rules, Word } from '../../primitives/index.ts'
import { BaseError, EMPTY_BYTES } from '../../primitives/index.ts'
import type { Account, AccountProof, ReadNode, StateTrie, StateView } from '../../state/index.ts'
import { createMptTrie, createOverlay, trieAfter } from '../../state/index.ts'
import type { Archive } from '../archive.ts'
import type { Block, Header } from '../block.ts'
import { blockInput, sealResult } from '../ledger/produce.ts'
import type { BlockRequest } from '../ledger.ts'

/** The block that would be made now: `request` says of what, `blockHash` on which. */
export type PendingQuery = { readonly blockHash: Hash; readonly request: BlockRequest }

/** An account in the state after a pending block, and slots of it. */
export type PendingAccountQuery = PendingQuery & { readonly address: Address; readonly slots: readonly Word[] }

/** An account after the pending block; `storage` are the values of the slots that were asked for, in their order. */
export type PendingAccount = {
  readonly account: Account | undefined
  readonly code: Bytes
  readonly storage: readonly Word[]
}

/** Executes pending blocks, each once however often it is asked for. Stores nothing. */
export interface PendingBlocks {
  /** The state after the block. Throws `UNKNOWN_BLOCK`. */
  stateAfter(archive: Archive, query: PendingQuery): StateView
  /** The block itself, under the roots that it would have. `trie` reads its nodes from where `archive` does. */
  seal(archive: Archive, trie: StateTrie, query: PendingQuery): Promise<Block>
  account(archive: Archive, query: PendingQuery, address: Address, slots: readonly Word[]): PendingAccount
  /** Proved against the root that the block would have. `readNode` reads from where `archive` does. */
  prove(archive: Archive, readNode: ReadNode, query: PendingAccountQuery): Promise<AccountProof>
}

type Executed = { readonly key: string; readonly input: BlockInput; readonly result: BlockResult }

/** Remembers the newest one. */
export function createPendingBlocks(
  parts: ExecutorParts & { readonly rules: Rules; readonly chainId: bigint },
): PendingBlocks {
  const executor = createSequentialExecutor(parts)
  let newest: Executed | undefined

  function execute(
    archive: Archive,
    query: PendingQuery,
  ): Executed & { readonly parent: Header; readonly base: StateView } {
    const { blockHash, request } = query
    const parent = archive.header(blockHash)
    const base = archive.stateAt(blockHash)
    if (parent === undefined || base === undefined) throw new BaseError('UNKNOWN_BLOCK', 'header not found')
    const key = keyOf(archive, query)
    if (newest?.key !== key) {
      const hashAt = (number: bigint) => archive.blockHash(number)
      const input = blockInput(parts, { hash: blockHash, header: parent }, request, hashAt, 'leaveOut')
      newest = { key, input, result: executor.execute(input, base) }
    }
    return { ...newest, parent, base }
  }

  function stateAfter(archive: Archive, query: PendingQuery): StateView {
    const { base, result } = execute(archive, query)
    const state = createOverlay(base)
    state.apply(result.diff)
    return state
  }

  return {
    stateAfter,
    async seal(archive, trie, query) {
      const { parent, input, result } = execute(archive, query)
      const root = archive.stateRootAt(query.blockHash)
      if (root === undefined) throw new BaseError('UNKNOWN_BLOCK', 'header not found')
      const update = await trie.apply(root, result.diff)
      return sealResult(parent, query.request, input, result, update.root, 'leaveOut').block
    },
    async prove(archive, readNode, query) {
      const { result } = execute(archive, query)
      const root = archive.stateRootAt(query.blockHash)
      if (root === undefined) throw new BaseError('UNKNOWN_BLOCK', 'header not found')
      const update = await createMptTrie(readNode).apply(root, result.diff)
      return trieAfter(readNode, update).prove(update.root, query.address, query.slots)
    },
    account(archive, query, address, slots) {
      const state = stateAfter(archive, query)
      const account = state.account(address)
      const code = account === undefined ? EMPTY_BYTES : state.code(account.codeHash)
      return { account, code, storage: slots.map((slot) => state.storage(address, slot)) }
    },
  }
}

/** Names all that decides the block; the version tells edits of one block's state apart. */
function keyOf(archive: Archive, { blockHash, request }: PendingQuery): string {
  const { timestampSeconds, coinbase, prevRandao, gasLimit, baseFeeWei, transactions } = request
  const block = [timestampSeconds, coinbase, prevRandao, gasLimit, baseFeeWei]
  return [archive.head().version, blockHash, ...block, ...transactions.map(({ hash }) => hash)].join()
}

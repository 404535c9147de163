import { executeIdleBlock, rememberedView } from '../../parallel/index.ts'
import { assert, type Hash } from '../../primitives/index.ts'
import {
  createOverlay,
  createTrieDraft,
  flatView,
  nodeReader,
  type StateOverlay,
  type Store,
  type StoreReader,
  stateWrites,
  type TrieDraft,
  type Write,
} from '../../state/index.ts'
import type { Block } from '../block.ts'
import type { BlockRequest, IdleRun, Ledger } from '../ledger.ts'
import { planBlock } from '../production/nextBlock.ts'
import { accessListWrite, blockWrites, headWrite } from '../records/records.ts'
import { SEGMENT_BLOCKS, segmentWrite } from '../records/segments.ts'
import { undoWrite } from '../records/undo.ts'
import { headOf } from './chainStart.ts'
import { blockInput, type ChainRules, sealResult } from './produce.ts'

type Parent = Pick<Block, 'hash' | 'header'>

/** The newest state, as far as idle blocks have read or changed it: kept from one commit to the next. */
type IdleState = { readonly root: Hash; readonly view: StateOverlay; readonly draft: TrieDraft }

/** Blocks that are made and not stored. */
type MadeBlocks = { readonly newest: Parent; readonly change: StateOverlay; readonly records: readonly Write[] }

/** `Ledger.produceIdle`: each call makes blocks up to the end of a segment, the whole of one as SEG-1 says. */
export function createIdleProducer(store: Store, chain: ChainRules): Ledger['produceIdle'] {
  let state: IdleState | undefined

  return async (run) => {
    const { head, block } = headOf(store)
    const count = Math.min(run.count, Number(SEGMENT_BLOCKS - (head.blockNumber % SEGMENT_BLOCKS)))
    // What the root names is the same, whatever was committed in between.
    const before = state?.root === head.stateRoot ? state : stateAt(store, head.stateRoot)
    state = undefined
    const made = makeBlocks(chain, { ...run, count }, block, before)
    if (made === undefined) return 0
    const { newest, change, records } = made
    const { root, nodes, between, storageRoots } = before.draft.take()
    const diff = change.diff()
    const isSegment = BigInt(count) === SEGMENT_BLOCKS
    const update = { root, storageRoots, nodes: isSegment ? nodes : [...between, ...nodes] }
    const { number } = newest.header
    const next = { version: head.version + 1n, blockHash: newest.hash, blockNumber: number, stateRoot: root }
    const writes = [...(await stateWrites(store, diff, update)), headWrite(next)]
    if (isSegment) writes.push(segmentWrite({ firstBlock: head.blockNumber + 1n, stateRoot: head.stateRoot }))
    await store.write([...writes, ...records, undoWrite(store, next.version, writes, records)])
    before.view.apply(diff)
    state = { ...before, root }
    return count
  }
}

function stateAt(reader: StoreReader, root: Hash): IdleState {
  const view = createOverlay(rememberedView(flatView(reader)))
  return { root, view, draft: createTrieDraft(nodeReader(reader), root) }
}

/** Makes the blocks of `run` on `parent`. Undefined when the first one is not idle. */
function makeBlocks(
  chain: ChainRules,
  { first, count, intervalSeconds }: IdleRun,
  parent: Parent,
  { view, draft }: IdleState,
): MadeBlocks | undefined {
  const change = createOverlay(view)
  const records: Write[] = []
  let newest = parent
  for (let index = 0; index < count; index += 1) {
    const request = index === 0 ? first : requestAfter(newest, first, intervalSeconds)
    const input = blockInput(chain, newest, request, noBlockHash, 'leaveOut')
    const result = executeIdleBlock(input, change)
    // Nothing that an idle block does makes the next one another.
    assert(result !== undefined || index === 0, 'a block after an idle one, without transactions, is idle')
    if (result === undefined) return undefined
    change.apply(result.diff)
    const stateRoot = draft.apply(result.diff)
    const sealed = sealResult(newest.header, request, input, result, stateRoot, 'leaveOut')
    newest = sealed.block
    records.push(...blockWrites(sealed), accessListWrite(newest.header.number, result.accessList))
  }
  return { newest, change, records }
}

/** BLOCKHASH is an instruction, and in an idle block no code runs. */
function noBlockHash(): undefined {
  return undefined
}

/** The block after `parent`, under the settings of the run. */
function requestAfter(parent: Parent, { coinbase, gasLimit }: BlockRequest, intervalSeconds: bigint): BlockRequest {
  const settings = { coinbase, gasLimit, offsetSeconds: 0n, timestampIntervalSeconds: intervalSeconds, overrides: {} }
  return { ...planBlock(parent, settings, 0n), baseFeeWei: undefined, transactions: [] }
}

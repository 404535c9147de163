import type { Hash } from '../../primitives/index.ts'
import { flatView, type StateTrie, type StateView, type StoreReader, trieView } from '../../state/index.ts'
import type { Archive, LocatedLog, LogQuery } from '../archive.ts'
import type { Block, Header, Receipt } from '../block.ts'
import { sealBlock } from '../codec/block.ts'
import type { Head } from '../ledger.ts'
import {
  corrupt,
  present,
  readAccessList,
  readBlockHash,
  readBloom,
  readBody,
  readFirstBlock,
  readHead,
  readHeader,
  readLocation,
  readNumber,
  readReceipts,
  readTeamRun,
  requireBlockHash,
} from '../records/records.ts'
import { readSegmentStart } from '../records/segments.ts'
import { createBoundedCache } from './boundedCache.ts'
import { idleState, idleTrie } from './idleState.ts'
import { createLogFilter, locateLogs } from './logFilter.ts'

/** Decoded blocks and receipts that an archive keeps: what a client asks about is mostly the newest few. */
const CACHED_BLOCKS = 64

/**
 * An archive over a store, or a snapshot of one, that a ledger has opened; `trie` reads the same. Its caches go by block
 * hash and are asked only after the store has said that the block is (still) there. Any question may throw
 * `STORE_CORRUPT`.
 */
export function createArchive(reader: StoreReader, trie: StateTrie): Archive {
  const source = createSource(reader)
  const head = (): Head => present(readHead(reader), 'the head')
  const firstBlock = (): bigint => readFirstBlock(reader)

  /** Below the first block only some headers are here, and genesis. */
  const hashAt = (number: bigint): Hash | undefined => {
    const hash = readBlockHash(reader, number)
    if (hash !== undefined) {
      const isWhole = number === 0n || number >= firstBlock()
      if (isWhole && readNumber(reader, hash) !== number) throw corrupt(`the number of block ${hash} is missing`)
      return hash
    }
    const isPromised = number === 0n || (number >= firstBlock() && number <= head().blockNumber)
    if (isPromised) throw corrupt(`header ${number} is missing`)
    return undefined
  }

  /** What `read` says of the block of this hash, by its number; undefined when there is no such block. */
  const ofBlock = <answer>(hash: Hash, read: (number: bigint) => answer): answer | undefined => {
    const number = readNumber(reader, hash)
    return number === undefined ? undefined : read(number)
  }
  /** What `atHead` says of the head when the hash is the head's, else what `before` says of an older block. */
  const ofState = <answer>(
    hash: Hash,
    atHead: (head: Head) => answer,
    before: (root: Hash, number: bigint) => answer,
  ): answer | undefined => {
    const newest = head()
    if (hash === newest.blockHash) return atHead(newest)
    return ofBlock(hash, (number) =>
      number < firstBlock() ? undefined : before(source.header(number).stateRoot, number),
    )
  }
  const stateBefore = (root: Hash, number: bigint): StateView => {
    const segment = readSegmentStart(reader, number)
    return segment === undefined ? trieView(reader, root) : idleState(reader, segment, number)
  }
  const trieBefore = async (root: Hash, number: bigint): Promise<StateTrie> => {
    const segment = readSegmentStart(reader, number)
    return segment === undefined ? trie : idleTrie(reader, segment, number, root)
  }

  return consistent(head, {
    head,
    firstBlock,
    headBlock() {
      const { blockNumber, blockHash } = head()
      return source.block(blockNumber, blockHash)
    },
    block: (hash) => ofBlock(hash, (number) => source.block(number, hash)),
    header: (hash) => ofBlock(hash, source.header),
    blockHash: hashAt,
    receipts: (hash) => ofBlock(hash, (number) => source.receipts(number, hash)),
    accessList: (hash) => ofBlock(hash, (number) => readAccessList(reader, number)),
    teamRun: (hash) => ofBlock(hash, (number) => readTeamRun(reader, number)),
    transaction(hash) {
      const location = readLocation(reader, hash)
      if (location === undefined) return undefined
      const blockHash = requireBlockHash(reader, location.blockNumber)
      return { ...location, blockHash }
    },
    logs: (query) => findLogs(reader, source, { from: firstBlock(), to: head().blockNumber }, query),
    headState: () => flatView(reader),
    stateAt: (hash) => ofState<StateView>(hash, () => flatView(reader), stateBefore),
    stateRootAt: (hash) =>
      ofState(
        hash,
        ({ stateRoot }) => stateRoot,
        (root) => root,
      ),
    async prove(hash, address, slots) {
      const state = ofState(
        hash,
        ({ stateRoot }) => ({ root: stateRoot, from: Promise.resolve(trie) }),
        (root, number) => ({ root, from: trieBefore(root, number) }),
      )
      return state === undefined ? undefined : (await state.from).prove(state.root, address, slots)
    },
  })
}

/** How often a read that a commit disturbed begins again. */
const MAX_ATTEMPTS = 10

/**
 * The same archive; a read that fails begins again until the head stood still for one: another thread may have taken
 * blocks back between two of its reads. Damage is what is missing while the head stands still.
 */
function consistent(head: () => Head, archive: Archive): Archive {
  const isSame = (a: Head, b: Head): boolean => a.version === b.version && a.stateRoot === b.stateRoot
  const settled =
    <args extends readonly unknown[], answer>(read: (...args: args) => answer) =>
    (...args: args): answer => {
      let before: Head | undefined
      for (let attempt = 1; ; attempt += 1) {
        try {
          return read(...args)
        } catch (thrown) {
          const after = head()
          if (attempt === MAX_ATTEMPTS || (before !== undefined && isSame(before, after))) throw thrown
          before = after
        }
      }
    }
  return {
    ...archive,
    headBlock: settled(archive.headBlock),
    block: settled(archive.block),
    header: settled(archive.header),
    blockHash: settled(archive.blockHash),
    receipts: settled(archive.receipts),
    transaction: settled(archive.transaction),
    logs: settled(archive.logs),
    stateAt: settled(archive.stateAt),
    stateRootAt: settled(archive.stateRootAt),
  }
}

/** Records of blocks that exist: absence is damage. */
type Source = {
  header(number: bigint): Header
  block(number: bigint, hash: Hash): Block
  receipts(number: bigint, hash: Hash): readonly Receipt[]
}

function createSource(reader: StoreReader): Source {
  const blocks = createBoundedCache<Hash, Block>(CACHED_BLOCKS)
  const receiptLists = createBoundedCache<Hash, readonly Receipt[]>(CACHED_BLOCKS)
  const header = (number: bigint): Header => present(readHeader(reader, number), `header ${number}`)
  const body = (number: bigint) => present(readBody(reader, number), `the transactions of block ${number}`)
  const receipts = (number: bigint) => present(readReceipts(reader, number), `the receipts of block ${number}`)
  const block = (number: bigint, hash: Hash): Block => {
    const sealed = sealBlock(header(number), body(number))
    if (sealed.hash !== hash) throw corrupt(`block ${number} is ${sealed.hash}, not ${hash}`)
    return sealed
  }
  return {
    header,
    block: (number, hash) => blocks.get(hash, () => block(number, hash)),
    receipts: (number, hash) => receiptLists.get(hash, () => receipts(number)),
  }
}

/** Both ends included. */
type BlockRange = { readonly from: bigint; readonly to: bigint }

/** Looks at every bloom of the range, and into the blocks whose bloom may hold a match. */
function findLogs(reader: StoreReader, source: Source, here: BlockRange, query: LogQuery): readonly LocatedLog[] {
  const filter = createLogFilter(query)
  const found: LocatedLog[] = []
  const first = query.fromBlock > here.from ? query.fromBlock : here.from
  const last = query.toBlock < here.to ? query.toBlock : here.to
  for (let number = first; number <= last; number += 1n) {
    if (!filter.mayMatch(present(readBloom(reader, number), `header ${number}`))) continue
    const hash = requireBlockHash(reader, number)
    const logs = locateLogs(source.block(number, hash), source.receipts(number, hash))
    found.push(...logs.filter((log) => filter.matches(log)))
  }
  return found
}

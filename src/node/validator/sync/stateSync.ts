import {
  chainBaseWrites,
  decodeHeader,
  type ExecutedBlock,
  type Genesis,
  type Header,
  hashHeader,
  receivedBlock,
} from '../../../chain/index.ts'
import { type Block, blockId, type ConsensusConfig, type Env, type ValidatorSet } from '../../../consensus/index.ts'
import { type NetworkClock, PeerError, type PeerName, type Transport } from '../../../network/index.ts'
import { assert, BaseError, type Bytes, concatBytes, type Hash, keccakHash } from '../../../primitives/index.ts'
import {
  createTrieDownload,
  type DownloadProgress,
  rebuildFlat,
  type Store,
  type TrieDownload,
} from '../../../state/index.ts'
import { encodeFinalBlock } from '../finalBlocks.ts'
import { askPeer } from '../question.ts'
import { decodePivot, extendProof, firstProven, type Pivot } from './pivot.ts'
import {
  decodeList,
  encodeQuestion,
  MAX_HASHES,
  MAX_HEADERS,
  MAX_KNOWN_EPOCHS,
  RECEIPTS_PIECE_BYTES,
  type StateQuestion,
} from './stateWire.ts'

/** How long an answer may take. */
const ANSWER_TIMEOUT_MS = 10_000

/** How long peers may take to say from where one can begin, once one has; and before the first has. */
const SETTLE_MS = 500
const PATIENCE_MS = 3_000
/** Between two looks at who is connected. */
const LOOK_MS = 50

/** Questions for parts that wait for one peer. */
const ASKED_OF_PEER = 2

/** A peer that failed is left alone, twice as long each time in a row. */
const FIRST_REST_MS = 250
const MAX_REST_MS = 10_000

/** Parts that are stored as one batch. */
const FLUSHED_PARTS = 2_048

/** Gas that a byte of a block's receipts has cost at least: 8 for one of a log's data, less what encodes its length. */
const RECEIPT_BYTE_GAS = 4n

/** When nobody has answered anything for so long, the node gives up; its next start goes on from there. */
const STALLED_MS = 120_000

export type StateSyncParts = {
  readonly transport: Transport
  readonly clock: NetworkClock
  readonly genesis: Genesis
  readonly consensus: ConsensusConfig
  /** Of epoch 0. */
  readonly validators: ValidatorSet
  /** What certificates are checked with. */
  readonly env: Env
}

/** How far a state is. */
export type SyncProgress = DownloadProgress & { readonly isDone: boolean }

/** Peers that can be asked for a state. Answers are believed only as far as they prove themselves. */
export interface StateSync {
  /**
   * The newest block from which one can begin, of those that the connected peers prove; undefined when there is none above
   * `height`, or nobody answers in time.
   */
  findPivot(height: number): Promise<Pivot | undefined>
  /**
   * Fetches the state at a pivot and stores it with the beginning of a chain, as one batch at the end. `store` may hold what an
   * earlier attempt has left, at this or another pivot, and nothing else. Throws `STATE_SYNC_STALLED`.
   */
  run(store: Store, pivot: Pivot, onProgress: (progress: SyncProgress) => void): Promise<void>
}

export function createStateSync(parts: StateSyncParts): StateSync {
  const { transport, clock } = parts
  const peers = createPeerPool(transport, clock)
  return {
    findPivot: (height) => findPivot(parts, height),
    async run(store, pivot, onProgress) {
      const headers = await fetchHeaders(peers, pivot)
      const bodies = await fetchBodies(peers, pivot)
      const blocks: ExecutedBlock[] = []
      for (const [index, header] of headers.slice(-pivot.headers.length).entries()) {
        blocks.push(await fetchBlock(peers, header, bodies[index]))
      }
      // The next blocks are judged by the states after each of these.
      const roots = blocks.map(({ block }) => block.header.stateRoot)
      const trie = createTrieDownload(store, roots)
      await fetchTrie(peers, clock, trie, () => onProgress({ ...trie.progress, isDone: false }))
      const head = blocks.at(-1)
      assert(head !== undefined, 'a pivot is a block')
      await rebuildFlat(store, head.block.header.stateRoot)
      await store.write(chainBaseWrites(parts.genesis, { headers, blocks, orders: ordersOf(pivot, bodies) }))
      onProgress({ ...trie.progress, isDone: true })
    },
  }
}

function pause(clock: NetworkClock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve))
}

async function findPivot({ transport, clock, env, validators }: StateSyncParts, height: number) {
  const asked = new Set<PeerName>()
  /** Whichever peer proved them: an epoch is what it is. */
  let proven = firstProven(env, validators)
  let best: Pivot | undefined
  let pending = 0
  let firstAnswerMs: number | undefined
  let endMs = clock.nowMs() + 2 * PATIENCE_MS

  /** Asks for one part of the proof after the other; each goes on from the newest epoch that anybody has proved. */
  async function askOn(peer: PeerName): Promise<Pivot | undefined> {
    for (;;) {
      const { epochs } = proven
      const bytes = await askState(
        transport,
        peer,
        { kind: 'pivot', known: epochs.slice(-MAX_KNOWN_EPOCHS) },
        PATIENCE_MS,
      )
      firstAnswerMs ??= clock.nowMs()
      if (bytes === undefined) return undefined
      const part = readAnswer(transport, peer, () => extendProof(proven, decodePivot(bytes), epochs.length, env))
      if (part === undefined) {
        transport.blame(peer)
        return undefined
      }
      if (part.proven !== proven) endMs = clock.nowMs() + 2 * PATIENCE_MS
      proven = part.proven
      if (part.pivot !== undefined) return part.pivot
    }
  }

  async function ask(peer: PeerName): Promise<void> {
    pending += 1
    const pivot = await askOn(peer)
    pending -= 1
    if (pivot !== undefined && pivot.height > height && pivot.height > (best?.height ?? 0)) best = pivot
  }

  const isSettled = () => firstAnswerMs !== undefined && pending === 0 && clock.nowMs() - firstAnswerMs >= SETTLE_MS
  const isInVain = () => asked.size === 0 && clock.nowMs() > endMs - PATIENCE_MS
  while (clock.nowMs() < endMs && !isSettled() && !isInVain()) {
    for (const { peer } of transport.peers()) {
      if (asked.has(peer)) continue
      asked.add(peer)
      void ask(peer)
    }
    await pause(clock, LOOK_MS)
  }
  return best
}

/** Undefined when the peer does not answer in time, or has no answer. */
async function askState(transport: Transport, peer: PeerName, question: StateQuestion, timeoutMs: number) {
  try {
    return await transport.request(peer, 'state', encodeQuestion(question), timeoutMs)
  } catch (thrown) {
    if (thrown instanceof PeerError) return undefined
    throw thrown
  }
}

/** Reads what a peer answered; undefined, and the peer blamed, when the bytes are none of that. */
function readAnswer<answer>(transport: Transport, peer: PeerName, read: () => answer): answer | undefined {
  try {
    return read()
  } catch (thrown) {
    if (!(thrown instanceof BaseError)) throw thrown
    transport.blame(peer)
    return undefined
  }
}

/** Asks one peer after the other until one gives what can be used. */
type PeerPool = {
  readonly transport: Transport
  /** Connected, not resting, and asked for less than it may be. */
  idle(): readonly PeerName[]
  begin(peer: PeerName): void
  end(peer: PeerName, isGood: boolean): void
  /** Asks one peer after the other until one gives what can be used. Throws `STATE_SYNC_STALLED`. */
  untilGood<answer>(askOne: (peer: PeerName) => Promise<answer | undefined>): Promise<answer>
  /** Asks for something until somebody's answer can be used: `read` gives undefined for one that can not. Throws `STATE_SYNC_STALLED`. */
  ask<answer>(question: StateQuestion, read: (items: readonly Bytes[]) => answer | undefined): Promise<answer>
  /** The same for ordered blocks. */
  askBlocks<answer>(
    afterHeight: number,
    targetId: Hash,
    read: (blocks: readonly Block[]) => answer | undefined,
  ): Promise<answer>
}

function createPeerPool(transport: Transport, clock: NetworkClock): PeerPool {
  const resting = new Map<PeerName, { readonly untilMs: number; readonly times: number }>()
  const asked = new Map<PeerName, number>()

  const load = (peer: PeerName): number => asked.get(peer) ?? 0
  const idle = () =>
    transport
      .peers()
      .map(({ peer }) => peer)
      .filter((peer) => load(peer) < ASKED_OF_PEER && (resting.get(peer)?.untilMs ?? 0) <= clock.nowMs())
  const begin = (peer: PeerName): void => void asked.set(peer, load(peer) + 1)
  const end = (peer: PeerName, isGood: boolean): void => {
    asked.set(peer, load(peer) - 1)
    const times = resting.get(peer)?.times ?? 0
    if (isGood) resting.delete(peer)
    else
      resting.set(peer, {
        untilMs: clock.nowMs() + Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** times),
        times: times + 1,
      })
  }

  async function untilGood<answer>(askOne: (peer: PeerName) => Promise<answer | undefined>): Promise<answer> {
    const giveUpMs = clock.nowMs() + STALLED_MS
    for (let turn = 0; clock.nowMs() < giveUpMs; turn += 1) {
      const candidates = idle()
      const peer = candidates[turn % candidates.length]
      if (peer === undefined) {
        await pause(clock, LOOK_MS)
        continue
      }
      begin(peer)
      const answer = await askOne(peer)
      end(peer, answer !== undefined)
      if (answer !== undefined) return answer
    }
    throw stalled()
  }

  return {
    transport,
    idle,
    begin,
    end,
    untilGood,
    ask: (question, read) =>
      untilGood(async (peer) => {
        const bytes = await askState(transport, peer, question, ANSWER_TIMEOUT_MS)
        return bytes === undefined ? undefined : readAnswer(transport, peer, () => read(decodeList(bytes)))
      }),
    askBlocks: (afterHeight, targetId, read) =>
      untilGood(async (peer) => {
        const question = { kind: 'blockRequest', request: { targetId, afterHeight } } as const
        const answer = await askPeer(transport, peer, question, ANSWER_TIMEOUT_MS)
        return answer?.kind === 'blocks' ? readAnswer(transport, peer, () => read(answer.blocks)) : undefined
      }),
  }
}

function stalled(): BaseError {
  return new BaseError('STATE_SYNC_STALLED', 'nobody has the state that this node is to begin with', {
    advice: [
      'Start the node again: it goes on where it was.',
      'Or start it with --sync blocks, to execute all blocks.',
    ],
  })
}

/** The headers that the blocks after the pivot may ask for, ascending: each named by the next one, the last by the pivot. */
function fetchHeaders(peers: PeerPool, { height, executionHash }: Pivot): Promise<readonly Header[]> {
  // Block 0 is known.
  const count = Math.min(height, MAX_HEADERS)
  return peers.ask({ kind: 'headers', number: BigInt(height), count }, (items) => {
    let expected = executionHash
    const headers: Header[] = []
    for (const bytes of [...items].reverse()) {
      const header = decodeHeader(bytes)
      if (hashHeader(header) !== expected) return undefined
      expected = header.parentHash
      headers.push(header)
    }
    return headers.length === count ? headers.reverse() : undefined
  })
}

/** The bodies of the pivot and of the blocks before it. */
async function fetchBodies(peers: PeerPool, { headers }: Pivot): Promise<readonly Block[]> {
  const bodies: Block[] = []
  for (const header of headers) {
    const id = blockId(header)
    const body = await peers.askBlocks(header.height - 1, id, ([first]) =>
      first !== undefined && blockId(first.header) === id && keccakHash(first.body) === header.payloadHash
        ? first.body
        : undefined,
    )
    bodies.push({ header, body })
  }
  return bodies
}

function fetchBlock(peers: PeerPool, header: Header, ordered: Block | undefined): Promise<ExecutedBlock> {
  assert(ordered !== undefined, 'a block of the order has its result')
  const { body } = ordered
  return peers.untilGood(async (peer) => {
    const receipts = await fetchReceipts(peers, peer, header)
    return receipts && readAnswer(peers.transport, peer, () => receivedBlock(header, body, receipts))
  })
}

/** A block's receipts, piece by piece from one peer; undefined when it does not give them, or more than there can be. */
async function fetchReceipts(
  { transport }: PeerPool,
  peer: PeerName,
  { number, gasUsed }: Header,
): Promise<Bytes | undefined> {
  const mostBytes = Number(gasUsed / RECEIPT_BYTE_GAS) + RECEIPTS_PIECE_BYTES
  const pieces: Bytes[] = []
  for (let offset = 0; offset <= mostBytes; ) {
    const bytes = await askState(transport, peer, { kind: 'receipts', number, offset }, ANSWER_TIMEOUT_MS)
    const piece = bytes && readAnswer(transport, peer, () => decodeList(bytes)[0])
    if (piece === undefined) return undefined
    pieces.push(piece)
    if (piece.length < RECEIPTS_PIECE_BYTES) return concatBytes(...pieces)
    offset += piece.length
  }
  transport.blame(peer)
  return undefined
}

/** Asks all peers at once for parts of the trie, until all of it is stored. */
async function fetchTrie(
  peers: PeerPool,
  clock: NetworkClock,
  trie: TrieDownload,
  onProgress: () => void,
): Promise<void> {
  let progressMs = clock.nowMs()
  let flushing: Promise<void> | undefined
  let unflushed = 0

  function flush(): void {
    unflushed = 0
    flushing = trie.flush().then(() => {
      flushing = undefined
      onProgress()
    })
  }

  async function ask(peer: PeerName, hashes: readonly Hash[]): Promise<void> {
    peers.begin(peer)
    const bytes = await askState(peers.transport, peer, { kind: 'parts', hashes }, ANSWER_TIMEOUT_MS)
    const items = bytes === undefined ? [] : (readAnswer(peers.transport, peer, () => decodeList(bytes)) ?? [])
    const arrived = items.filter((item) => item.length > 0)
    const wrong = arrived.filter((item) => !trie.take(item))
    trie.giveBack(hashes)
    peers.end(peer, arrived.length > wrong.length)
    if (wrong.length > 0) peers.transport.blame(peer)
    if (arrived.length > wrong.length) progressMs = clock.nowMs()
    unflushed += arrived.length
  }

  let underWay = 0
  while (!trie.isDone) {
    if (clock.nowMs() - progressMs > STALLED_MS) throw stalled()
    for (const peer of peers.idle()) {
      const hashes = trie.next(MAX_HASHES)
      if (hashes.length === 0) break
      underWay += 1
      void ask(peer, hashes).finally(() => {
        underWay -= 1
      })
    }
    const isDue = unflushed >= FLUSHED_PARTS || (underWay === 0 && unflushed > 0)
    if (flushing === undefined && isDue) flush()
    await (flushing ?? pause(clock, 1))
  }
}

/** What consensus is to know of the blocks before the next. Those that only prove an epoch are kept without their bodies. */
function ordersOf(pivot: Pivot, bodies: readonly Block[]): readonly (readonly [bigint, Bytes])[] {
  const proving = pivot.boundaries.map((header): Block => ({ header, body: new Uint8Array() }))
  const orders = new Map(
    [...proving, ...bodies]
      .filter(({ header }) => header.height <= pivot.height)
      .map((block) => [block.header.height, orderOf(pivot, block)] as const),
  )
  return [...orders].map(([height, order]) => [BigInt(height), order] as const)
}

function orderOf(pivot: Pivot, block: Block): Bytes {
  const qc = pivot.certificates.get(blockId(block.header))
  return encodeFinalBlock({ block, qc })
}

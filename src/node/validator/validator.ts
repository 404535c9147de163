import {
  type Archive,
  type BranchLedger,
  createOrderedChain,
  createTransactionReader,
  type DecodeAll,
  type Genesis,
  type Mempool,
  type OrderedChain,
  readHeader,
} from '../../chain/index.ts'
import {
  type Block,
  baseRoundMs,
  blockId,
  type ConsensusConfig,
  currentRound,
  decodeMessage,
  encodeMessage,
  epochAt,
  type Message,
  type QuorumCertificate,
  type RoundCertificate,
  RULES,
  restoreState,
  roundAfter,
  type SafetyRecord,
  type SignatureScheme,
  stakeWeightedLeader,
  type ValidatorSet,
} from '../../consensus/index.ts'
import type { NetworkClock, PeerName, Transport } from '../../network/index.ts'
import { type Address, assert, BaseError, type Bytes, type Hash } from '../../primitives/index.ts'
import type { StoreReader } from '../../state/index.ts'
import type { Member } from '../setup/networkGenesis.ts'
import { createDriver, type Driver, type DriverParts, type SafetyDisk } from './driver.ts'
import { createNetworkFeed, type NetworkFeed } from './feed.ts'
import { encodeFinalBlock, type FinalBlock, openFinalBlocks } from './finalBlocks.ts'
import { createFollower } from './follower.ts'
import type { Successions } from './succession.ts'
import { serveState } from './sync/stateServer.ts'
import { createTransactionGossip } from './transactionGossip.ts'

/** Rounds ahead whose leaders hear of a new transaction. Source: notes/consensus.md 5 (Monad: the next 3). */
const FORWARD_ROUNDS = 3

/** A block that comes so many rounds' time after its parent took long to execute. */
const SLOW_ROUNDS = 4

/** What a validator, or a node that follows validators, is made of. Everything is open already; nothing here is closed. */
export type ValidatorParts = {
  readonly genesis: Genesis
  readonly consensus: ConsensusConfig
  /** Of epoch 0. */
  readonly validators: ValidatorSet
  readonly successions: Successions
  /** Undefined for a node without a vote. */
  readonly signer: Signer | undefined
  readonly scheme: SignatureScheme
  /** Who gets the priority fees of the blocks that it builds. */
  readonly feeRecipient: Address
  readonly disk: SafetyDisk
  readonly ledger: BranchLedger
  readonly archive: Archive
  readonly mempool: Mempool
  /** The ledger's store. */
  readonly reader: StoreReader
  readonly clock: NetworkClock
  readonly transport: Transport
  readonly onMessage: MessageObserver | undefined
  readonly decodeAll: DecodeAll
  onFailure(error: unknown): void
  /** It signs nothing more; while it `follows` it goes on without a vote. */
  onHalt(reason: string, follows: boolean): void
}

/** Hears of each message of consensus that a peer sent, blocks that were asked for left out: its kind and its length. */
export type MessageObserver = (kind: Message['kind'], byteLength: number) => void

/** A validator's voice: its name, its key, and what its disk remembers of its signatures. */
export type Signer = {
  readonly id: Address
  readonly secretKey: Bytes
  readonly record: SafetyRecord
  /** That were stored with the record. */
  readonly blocks: readonly Block[]
}

/** A node that takes part in a network. */
export type Validator = {
  readonly driver: Driver
  readonly chain: OrderedChain
  readonly feed: NetworkFeed
  /** Who leads the round that comes `ahead` rounds after the current one, when its epoch is known. */
  leader(ahead: number): Address | undefined
  /** A final block, the newest ones included that are not executed yet. */
  finalBlock(height: number): FinalBlock | undefined
  /** Validators of the newest epochs, oldest first. */
  members(): readonly Member[]
  /** Begins. The transport is started by whoever made it. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Puts a driver, a chain and a transport together. */
export function createValidator(parts: ValidatorParts): Validator {
  const { consensus, validators, successions, signer, archive, clock, transport } = parts
  const finalBlocks = openFinalBlocks(parts.reader, consensus, validators, successions)
  const stored = finalBlocks.record(Number(archive.head().blockNumber))
  const { record, blocks, catchUp } = beginning(stored, signer)
  for (const { validators: set } of record.epochs) if (set !== undefined) successions.adopt(set)

  const transactionReader = createTransactionReader(parts.mempool, parts.decodeAll)
  const chain = createOrderedChain({
    ...parts,
    transactionReader,
    headId: stored.root.id,
    slowBlockSeconds: slowBlockSeconds(consensus),
    secondsAt: (height) => secondsAt(parts.reader, height),
    nowMs: () => clock.nowMs(),
    orderOf: (id) => encodeFinalBlock(driver.finalBlock(id)),
    onBlock: (produced) => feed.announce(produced),
    onDivergence: (reason) => driver.halt(reason),
  })
  const driver: Driver = createDriver({
    ...parts,
    env: envOf(parts),
    self: signer?.id,
    votesFromHeight: signer?.record.root.height ?? 0,
    state: restoreState(RULES, record, blocks),
    chain,
    validatorsOf: (epoch, boundaryId) => validatorsOf(epoch, boundaryId),
    // Before the first block there are headers at most.
    storedBlock: (height) => (height < Number(archive.firstBlock()) ? undefined : finalBlocks.at(height)?.block),
  })
  async function validatorsOf(epoch: number, boundaryId: Hash): Promise<ValidatorSet | undefined> {
    if (!(await chain.settled())) return undefined
    const set = successions.decide(epoch, boundaryId)
    transport.setValidators(successions.contacts())
    return set
  }
  if (record.epochs.length > 1) transport.setValidators(successions.contacts())
  const leader = (ahead: number) => leaderOf(driver.state.record, ahead)
  const gossip = createTransactionGossip({
    ...parts,
    reader: transactionReader,
    nextLeaders: () =>
      Array.from({ length: FORWARD_ROUNDS }, (_, ahead) => leader(ahead)).filter((id) => id !== undefined),
    receive: (transaction) => feed.receive(transaction),
  })
  const feed: NetworkFeed = createNetworkFeed({
    ...parts,
    chain,
    nowMs: () => clock.nowMs(),
    forward: (transaction) => gossip.forward(transaction),
  })
  const follower = createFollower({ transport, clock, driver })
  listen(parts, driver, follower.answer)
  serveState({ ...parts, finalBlocks })

  return {
    driver,
    chain,
    feed,
    leader,
    members: () => successions.members(),
    finalBlock: (height) => driver.finalBlockAt(height) ?? finalBlocks.at(height),
    async start() {
      driver.start(catchUp)
      follower.start()
      gossip.start()
    },
    async stop() {
      follower.stop()
      gossip.stop()
      await driver.stop()
    },
  }
}

/**
 * Some leaders in a row that are dead do not make the blocks between them slow. A second more, for times are told in whole
 * ones.
 */
function slowBlockSeconds(consensus: ConsensusConfig): number {
  return Math.ceil((SLOW_ROUNDS * baseRoundMs(consensus)) / 1000) + 1
}

function secondsAt(reader: StoreReader, height: number): number {
  const header = readHeader(reader, BigInt(height))
  assert(header !== undefined, 'the headers before the head are there')
  return Number(header.timestampSeconds)
}

function envOf({ consensus, signer, scheme }: ValidatorParts): DriverParts['env'] {
  return {
    sign(message) {
      assert(signer !== undefined, 'a node without a key does not sign')
      return scheme.sign(signer.secretKey, message)
    },
    scheme,
    leader: stakeWeightedLeader,
    config: consensus,
    rules: RULES,
  }
}

/** Who leads the round that comes `ahead` rounds after the current one, when its epoch is known. */
function leaderOf(record: SafetyRecord, ahead: number): Address | undefined {
  const { epochs } = record
  let round = currentRound({ record })
  for (let left = ahead; left > 0; left -= 1) round = roundAfter(epochs, round)
  const set = epochAt(epochs, round)?.validators
  return set?.validators[stakeWeightedLeader(set, round)]?.id
}

function roundOf(certificate: RoundCertificate): number {
  return certificate.kind === 'qc' ? certificate.qc.round : certificate.tc.round
}

/**
 * What a node begins with: the record of its signatures, and the final blocks that it has not executed yet. The chain's store
 * may be behind the record: by what was final and not executed when the node stopped, which the record's blocks tell, or by
 * more when somebody took the chain's data away. Then it is fetched again before the validator votes.
 */
function beginning(stored: SafetyRecord, signer: Signer | undefined) {
  if (signer === undefined) return { record: stored, blocks: [], catchUp: [] }
  const { record, blocks } = signer
  const missing = pathTo(record, blocks, stored.root.id, stored.root.height)
  if (missing !== undefined) return { record, blocks, catchUp: missing }
  return { record: { ...newerOf(record, stored), root: stored.root, epochs: stored.epochs }, blocks, catchUp: [] }
}

/** The record of what was signed, with the certificates of the chain where these are newer: its state may have come from others. */
function newerOf(record: SafetyRecord, { highQc, highCertificate }: SafetyRecord): SafetyRecord {
  if (highQc.round <= record.highQc.round) return record
  const isAhead = roundOf(highCertificate) > roundOf(record.highCertificate)
  return {
    ...record,
    highQc,
    highTip: RULES.tipAbove(record.highTip, highQc),
    highCertificate: isAhead ? highCertificate : record.highCertificate,
  }
}

/** The final blocks above `fromId` up to the record's root, ascending; undefined when they are not all here. */
function pathTo(
  record: SafetyRecord,
  blocks: readonly Block[],
  fromId: Hash,
  fromHeight: number,
): readonly FinalBlock[] | undefined {
  const byId = new Map(blocks.map((block) => [blockId(block.header), block]))
  const certificates = [record.highQc, ...blocks.map(({ header }) => header.qc)]
  const path: FinalBlock[] = []
  let id = record.root.id
  let qc: QuorumCertificate | undefined = certificates.find((one) => one.blockId === id)
  for (let height = record.root.height; height > fromHeight; height -= 1) {
    const block = byId.get(id)
    if (block === undefined) return undefined
    path.push({ block, qc })
    qc = block.header.qc
    id = qc.blockId
  }
  return id === fromId ? path.reverse() : undefined
}

/** What peers say. */
function listen(
  { transport, onMessage }: ValidatorParts,
  driver: Driver,
  answerHead: (known: QuorumCertificate) => Promise<Message>,
): void {
  const hear = (from: PeerName, bytes: Bytes): void => {
    const message = decoded(() => decodeMessage(bytes))
    // Only validators reach these channels, and they go by their addresses.
    if (message === undefined) {
      transport.blame(from)
      return
    }
    onMessage?.(message.kind, bytes.length)
    // Blocks are asked for and sent by the protocol `blocks`, which bounds how much of it one peer may do.
    if (message.kind === 'blockRequest' || message.kind === 'blocks') transport.blame(from)
    else driver.hear(from, message, bytes.length)
  }
  transport.on('consensus', hear)
  transport.on('bodies', hear)
  transport.serve('blocks', async (from, bytes) => {
    const message = decoded(() => decodeMessage(bytes))
    if (message?.kind === 'blockRequest') {
      return encodeMessage({ kind: 'blocks', blocks: driver.blocksFor(message.request) })
    }
    if (message?.kind === 'advance' && message.certificate.kind === 'qc') {
      return encodeMessage(await answerHead(message.certificate.qc))
    }
    transport.blame(from)
    throw new BaseError('PEER_QUESTION', 'a peer asked what is no question about blocks')
  })
}

/** Undefined when a peer's bytes are not what they should be. */
function decoded<value>(decode: () => value): value | undefined {
  try {
    return decode()
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}

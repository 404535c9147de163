import type { OrderedBlock, OrderedChain } from '../../chain/index.ts'
import {
  type Block,
  type BlockRequest,
  blockId,
  blocksFor,
  type ConsensusState,
  currentRound,
  type Env,
  type Epoch,
  type Evidence,
  encodeMessage,
  type Header,
  type Input,
  type Message,
  type Output,
  positionOf,
  type SafetyRecord,
  step,
  type Timer,
  type ValidatorSet,
} from '../../consensus/index.ts'
import { type Channel, isValidatorName, type NetworkClock, type PeerName, type Transport } from '../../network/index.ts'
import type { Address, Hash } from '../../primitives/index.ts'
import { assert, concatBytes, keccakHash, unreachable, wordToBytes, ZERO_ADDRESS } from '../../primitives/index.ts'
import { isBlamed } from './blame.ts'
import type { FinalBlock } from './finalBlocks.ts'
import { InputQueue } from './inputQueue.ts'
import { type BlockFetcher, createBlockFetcher } from './sync/blockFetcher.ts'

/** Final blocks that may wait for their execution before further ones are fetched. */
const MAX_UNSTORED = 128

/** Who a node is that has no vote: in no set of validators. */
const NOBODY = ZERO_ADDRESS

/** Where signatures are remembered. `write` is durable once it resolves. */
export type SafetyDisk = {
  write(record: SafetyRecord, blocks: readonly Block[]): Promise<void>
  /** The chain's store holds all final blocks up to this height. */
  prune(height: number): Promise<void>
  /** Keeps a proof against a validator, once for each kind, epoch and validator. */
  keep(evidence: Evidence): Promise<void>
}

/** What a driver drives, and with what. */
export type DriverParts = {
  /** `nowMs` is the clock's; `self` is {@link NOBODY} while the node does not vote. */
  readonly env: Omit<Env, 'nowMs' | 'self'>
  /** Undefined for a node without a vote. */
  readonly self: Address | undefined
  /** A validator whose chain is behind its record does not sign before it has caught up. */
  readonly votesFromHeight: number
  readonly state: ConsensusState
  readonly clock: NetworkClock
  readonly transport: Transport
  readonly chain: OrderedChain
  readonly disk: SafetyDisk
  /** A final block that the chain's store holds. */
  readonly storedBlock: (height: number) => Block | undefined
  /** Who validates in an epoch, asked once the block that decides it is final. Undefined when nothing is stored any more. */
  readonly validatorsOf: (epoch: number, boundaryId: Hash) => Promise<ValidatorSet | undefined>
  /** Something that should not be: what only costs time is tried again, an `InvariantError` or a disk that fails is the end. */
  readonly onFailure: (error: unknown) => void
  /** It signs nothing more; while it `follows` it goes on without a vote. */
  readonly onHalt: (reason: string, follows: boolean) => void
}

/** Hears of every step, after its outputs were carried out. */
export type StepListener = (input: Input, outputs: readonly Output[]) => void

/**
 * Gives the state machine its inputs one at a time and carries out what it puts out, in order.
 *
 * - V1 *Durable first*: nothing after `persist` happens before the disk has answered; inputs wait meanwhile.
 * - V2 *One step at a time*: this node's own inputs first, then one message of each peer in turn (inputQueue.ts).
 * - V3 *Execution answers when it can*: no step waits for it.
 */
export interface Driver {
  readonly state: ConsensusState
  /** Stores what was final before and is not executed yet, then begins. Blocks ascend from the chain's head. */
  start(catchUp: readonly FinalBlock[]): void
  /** An input from outside that is no message of a peer. */
  feed(input: Input): void
  /** What a peer said, in so many bytes. */
  hear(from: PeerName, message: Message, byteLength: number): void
  /** The answer to a peer that asks for blocks. */
  blocksFor(request: BlockRequest): readonly Block[]
  /** What is to be kept with a final block that is about to be stored. */
  finalBlock(id: Hash): FinalBlock
  /** A final block that is not stored yet. */
  finalBlockAt(height: number): FinalBlock | undefined
  onStep(listener: StepListener): () => void
  /** No further step; the reason is for the operator. */
  halt(reason: string): void
  readonly haltReason: string | undefined
  /** In the validators of the current round, as far as this node knows which it is. */
  readonly isMember: boolean
  /** In those of every later epoch that it knows, too: the others tell it what it needs, at the end of this epoch as well. */
  readonly isToldAll: boolean
  readonly isVoting: boolean
  stop(): Promise<void>
}

export function createDriver(parts: DriverParts): Driver {
  return new StepDriver(parts)
}

class StepDriver implements Driver {
  readonly #parts: DriverParts
  readonly #inputs: InputQueue
  readonly #timers = new Map<Timer, () => void>()
  readonly #listeners = new Set<StepListener>()
  /** Final blocks that are not stored yet, by id and by height. */
  readonly #final = new Map<Hash, FinalBlock>()
  readonly #finalIds = new Map<number, Hash>()
  readonly #fetcher: BlockFetcher
  #state: ConsensusState
  #running: Promise<void> | undefined
  #haltReason: string | undefined
  /** Why it does not vote any more, though it goes on. */
  #silentReason: string | undefined
  #isStopped = false

  constructor(parts: DriverParts) {
    this.#parts = parts
    this.#state = parts.state
    this.#inputs = new InputQueue((peer) => parts.transport.blame(peer))
    this.#fetcher = createBlockFetcher({
      ...parts,
      state: () => this.#state,
      checker: () => ({ env: this.#env(), record: this.#state.record }),
      canTake: () => this.#final.size <= MAX_UNSTORED,
      take: (blocks) => this.feed({ kind: 'blocks', blocks }),
    })
  }

  get state(): ConsensusState {
    return this.#state
  }

  get haltReason(): string | undefined {
    return this.#haltReason ?? this.#silentReason ?? this.#state.record.haltReason
  }

  get isMember(): boolean {
    return this.#isIn(this.#epochsFromNow()[0])
  }

  get isToldAll(): boolean {
    if (this.#silentReason !== undefined) return false
    return this.#epochsFromNow().every(({ validators }) => validators === undefined || this.#isIn({ validators }))
  }

  get isVoting(): boolean {
    return this.haltReason === undefined && this.#voice() !== NOBODY && this.isMember
  }

  start(catchUp: readonly FinalBlock[]): void {
    for (const final of catchUp) this.#finalize(final)
    this.feed({ kind: 'start' })
  }

  feed(input: Input): void {
    if (this.#isStopped || this.#haltReason !== undefined) return
    this.#inputs.push(input)
    this.#wake()
  }

  hear(from: PeerName, message: Message, byteLength: number): void {
    if (this.#isStopped || this.#haltReason !== undefined) return
    this.#inputs.pushFrom(from, messageFrom(from, message), byteLength)
    this.#wake()
  }

  #wake(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  blocksFor(request: BlockRequest): readonly Block[] {
    const finalized = (height: number) => this.finalBlockAt(height)?.block ?? this.#parts.storedBlock(height)
    return blocksFor(this.#state, request, finalized)
  }

  finalBlock(id: Hash): FinalBlock {
    const final = this.#final.get(id)
    assert(final !== undefined, 'a block is kept until it is stored')
    return final
  }

  finalBlockAt(height: number): FinalBlock | undefined {
    const id = this.#finalIds.get(height)
    return id === undefined ? undefined : this.#final.get(id)
  }

  onStep(listener: StepListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  halt(reason: string): void {
    if (this.#haltReason !== undefined) return
    this.#haltReason = reason
    this.#parts.onHalt(reason, false)
    this.#inputs.clear()
    this.#cancelTimers()
  }

  /** The record on the disk keeps the halt; what the node learns from here on is that of one without a key. */
  #silence(reason: string): void {
    this.#silentReason = reason
    this.#state = { ...this.#state, record: { ...this.#state.record, haltReason: undefined } }
    this.#parts.onHalt(reason, true)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTimers()
    this.#inputs.clear()
    await this.#running
    await this.#parts.chain.stop()
  }

  async #run(): Promise<void> {
    // The caller goes on first: an input never interrupts whoever brings it.
    await undefined
    try {
      for (let input = this.#inputs.shift(); input !== undefined; input = this.#inputs.shift()) await this.#step(input)
    } catch (error) {
      this.halt('the node failed')
      this.#parts.onFailure(error)
    }
  }

  async #step(input: Input): Promise<void> {
    const { state, outputs } = step(this.#state, input, this.#env())
    this.#state = state
    for (const output of outputs) {
      if (output.kind === 'persist') await this.#persist(output)
      else if (!this.#isStopped) this.#carryOut(output)
    }
    for (const listener of this.#listeners) listener(input, outputs)
  }

  async #persist({ record, blocks }: Extract<Output, { readonly kind: 'persist' }>): Promise<void> {
    if (this.#silentReason === undefined) await this.#parts.disk.write(record, blocks)
  }

  #carryOut(output: Exclude<Output, { readonly kind: 'persist' }>): void {
    switch (output.kind) {
      case 'send':
        this.#send(output.to, output.message)
        return
      case 'setTimer':
        this.#setTimer(output.timer, output.round, output.delayMs)
        return
      case 'build':
        this.#build(output.round, output.parentId, output.height)
        return
      case 'validate':
        this.#validate(output.blockId, output.block)
        return
      case 'certified':
        this.#parts.chain.prepare(output.blockId)
        return
      case 'finalize':
        this.#finalize({ block: output.block, qc: output.qc })
        return
      case 'requestValidators':
        this.#await(this.#parts.validatorsOf(output.epoch, output.blockId), (set) => {
          if (set !== undefined) this.feed({ kind: 'validators', set })
        })
        return
      case 'reject':
        if (isBlamed(output.fault)) this.#parts.transport.blame(output.from)
        return
      case 'halt':
        if (output.inDoubt === 'key') this.#silence(output.reason)
        else this.halt(output.reason)
        return
      case 'enterRound':
      case 'reverted':
      // Questions about blocks come by a protocol of their own, which bounds them.
      case 'serve':
        return
      case 'evidence':
        this.#await(this.#parts.disk.keep(output.evidence), () => undefined)
        return
      default:
        unreachable(output)
    }
  }

  #send(to: readonly Address[], message: Message): void {
    const { transport } = this.#parts
    const others = to.filter((id) => id !== transport.self)
    if (message.kind === 'blockRequest') {
      for (const id of others) this.#fetcher.request(id, message.request)
      return
    }
    // What a follower learns, validators know.
    if (others.length === 0 || !isValidatorName(transport.self)) return
    const bytes = encodeMessage(message)
    for (const id of others) transport.send(id, channelOf(message), bytes)
  }

  #setTimer(timer: Timer, round: number, delayMs: number): void {
    this.#timers.get(timer)?.()
    const ring = (): void => {
      this.#timers.delete(timer)
      this.feed({ kind: 'timer', timer, round })
    }
    this.#timers.set(timer, this.#parts.clock.after(delayMs, ring))
  }

  #build(round: number, parentId: Hash, height: number): void {
    this.#await(this.#parts.chain.build(parentId, height), (payload) => {
      if (payload !== undefined) this.feed({ kind: 'payload', round, parentId, ...payload })
    })
  }

  #validate(id: Hash, block: Block): void {
    this.#await(this.#parts.chain.validate(orderedBlock(block)), (isValid) =>
      this.feed({ kind: 'validated', blockId: id, isValid }),
    )
  }

  #finalize(final: FinalBlock): void {
    const { chain, disk } = this.#parts
    const { block } = final
    const { height } = block.header
    const id = blockId(block.header)
    this.#final.set(id, final)
    this.#finalIds.set(height, id)
    const stored = chain.finalize(orderedBlock(block)).then(async (isStored) => {
      if (!isStored) return
      this.#final.delete(id)
      this.#finalIds.delete(height)
      if (this.#silentReason === undefined) await disk.prune(height)
    })
    this.#await(stored, () => undefined)
  }

  #await<value>(work: Promise<value>, use: (value: value) => void): void {
    work.then(use).catch((error) => {
      this.halt('the chain failed')
      this.#parts.onFailure(error)
    })
  }

  #env(): Env {
    return { ...this.#parts.env, nowMs: this.#parts.clock.nowMs(), self: this.#voice() }
  }

  #voice(): Address {
    const { self, votesFromHeight } = this.#parts
    if (self === undefined || this.#silentReason !== undefined) return NOBODY
    return this.#state.record.root.height >= votesFromHeight ? self : NOBODY
  }

  /** The current epoch and those that are scheduled after it. */
  #epochsFromNow(): readonly Epoch[] {
    const { epochs } = this.#state.record
    const round = currentRound(this.#state)
    return epochs.slice(epochs.findLastIndex(({ startRound }) => startRound <= round))
  }

  #isIn(epoch: Pick<Epoch, 'validators'> | undefined): boolean {
    const { self } = this.#parts
    return self !== undefined && epoch?.validators !== undefined && positionOf(epoch.validators, self) >= 0
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#timers.clear()
  }
}

/** Bodies do not keep votes waiting. */
function channelOf(message: Message): Channel {
  return message.kind === 'proposal' || message.kind === 'blocks' ? 'bodies' : 'consensus'
}

function orderedBlock({ header, body }: Block): OrderedBlock {
  const { height, timestampMs, executionHash, qc } = header
  const prevRandao = randaoOf(header)
  return { id: blockId(header), parentId: qc.blockId, height, timestampMs, prevRandao, executionHash, body }
}

/** What nobody could foresee when the parent was proposed: its certificate's signature. */
function randaoOf({ qc, height }: Header): Hash {
  return keccakHash(concatBytes(qc.signature, wordToBytes(BigInt(height))))
}

/** Consensus compares the names of senders, and sends to them; it does not look into them. */
export function messageFrom(from: PeerName, message: Message): Input {
  return { kind: 'message', from: from as Address, message }
}

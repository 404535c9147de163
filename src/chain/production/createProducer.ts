import type { Address, Hash, SignedTransaction } from '../../primitives/index.ts'
import { assert, BaseError, InvariantError, messageOf } from '../../primitives/index.ts'
import type { Archive } from '../archive.ts'
import type { Head, Ledger, ProducedBlock, StateEdit } from '../ledger.ts'
import type { AddOutcome, Mempool } from '../mempool.ts'
import { discardBroken } from '../pool/discardBroken.ts'
import type { ChainEvent, MiningMode, NextBlock, Producer, Spacing } from '../producer.ts'
import type { Clock } from './clock.ts'
import { withoutDeferred } from './dropped.ts'
import { createIdleRunTeller, MIN_IDLE_RUN } from './idleRun.ts'
import { createJobQueue } from './jobQueue.ts'
import type { BlockSettings, NextBlockOverrides, Parent } from './nextBlock.ts'
import { checkClock, checkGasLimit, checkTimestamp, planBlock } from './nextBlock.ts'
import { createWaiters } from './waiters.ts'

/** What a producer needs. */
export type ProducerParts = {
  readonly archive: Pick<Archive, 'head' | 'header'>
  readonly ledger: Pick<Ledger, 'produce' | 'produceIdle' | 'edit' | 'rewind'>
  readonly mempool: Mempool
  readonly clock: Clock
  readonly mode: MiningMode
  readonly coinbase: Address
  readonly gasLimit: bigint
  /** Hears of what went wrong where nobody waits: a block of interval mode, a listener that threw, any bug. */
  onFailure(error: unknown): void
}

/** The version of a chain that is nothing but its genesis block. */
const GENESIS_VERSION = 0n

/** A moment to return to. */
type Snapshot = {
  readonly id: number
  readonly version: bigint
  readonly settings: BlockSettings
  readonly waiting: readonly SignedTransaction[]
}

/** Creates the producer of a chain with one writer and starts its timer, if the mode has one. */
export function createProducer(parts: ProducerParts): Producer {
  return new SoloProducer(parts)
}

class SoloProducer implements Producer {
  readonly #parts: ProducerParts
  readonly #jobs = createJobQueue()
  readonly #waiters = createWaiters()
  readonly #listeners = new Set<(event: ChainEvent) => void>()
  readonly #firstSettings: BlockSettings
  #settings: BlockSettings
  #mode: MiningMode
  #snapshots: readonly Snapshot[] = []
  #snapshotCount = 0
  #isAutomineDue = false
  #cancelTimer: () => void = () => undefined
  #isStopped = false
  #newest: Parent | undefined

  constructor(parts: ProducerParts) {
    this.#parts = parts
    this.#mode = parts.mode
    this.#firstSettings = {
      coinbase: parts.coinbase,
      gasLimit: parts.gasLimit,
      offsetSeconds: 0n,
      timestampIntervalSeconds: undefined,
      overrides: {},
    }
    this.#settings = this.#firstSettings
    this.#startTimer()
  }

  async submit(transaction: SignedTransaction): Promise<AddOutcome> {
    this.#checkRunning()
    const next = this.next()
    const isAutomine = this.#mode.kind === 'automine'
    const outcome = this.#parts.mempool.add(transaction, {
      gasLimit: next.gasLimit,
      minFeeCapWei: isAutomine ? next.baseFeeWei : 0n,
    })
    if (outcome.kind === 'rejected') return outcome
    this.#emit({ kind: 'pendingTransaction', transaction })
    if (!isAutomine || outcome.kind === 'queued') return outcome
    const included = this.#waiters.wait(transaction.hash, outcome)
    this.#scheduleAutomine()
    return included
  }

  mine(count: number, spacing?: Spacing, isWanted = () => true): Promise<void> {
    return this.#enqueue(async () => {
      if (spacing !== undefined) checkClock(this.#clockSeconds() + BigInt(count) * spacing.seconds)
      const run = createIdleRunTeller((event) => this.#emit(event))
      try {
        for (let index = 0; index < count && isWanted(); ) {
          this.#checkRunning()
          if (spacing !== undefined && (index > 0 || spacing.movesFirst)) {
            const { timestampSeconds: parent } = this.#parent().header
            // The first one counts from the clock, when that is ahead of the newest block.
            const from = index === 0 ? this.#clockSeconds() : parent
            this.setNextTimestamp(from + spacing.seconds)
          }
          const made = await this.#makeIdle(count - index, spacing?.seconds)
          if (made > 0) run.extend(this.#parent().header.number, made)
          else {
            run.end()
            await this.#makeBlock(this.#select())
          }
          index += Math.max(made, 1)
        }
      } finally {
        run.end()
      }
    })
  }

  get mode(): MiningMode {
    return this.#mode
  }

  setMode(mode: MiningMode): void {
    this.#checkRunning()
    this.#mode = mode
    this.#startTimer()
    this.#scheduleAutomine()
  }

  /** Blocks are final as soon as they are made. */
  pending(): undefined {
    return undefined
  }

  next(): NextBlock {
    return planBlock(this.#parent(), this.#settings, this.#nowSeconds())
  }

  increaseTime(seconds: bigint): bigint {
    const clock = this.#clockSeconds() + seconds
    checkClock(clock)
    // Where an interval sets the timestamps, the next one has to be told.
    if (this.#settings.timestampIntervalSeconds !== undefined) {
      this.setNextTimestamp(this.next().timestampSeconds + seconds)
    }
    const offsetSeconds = clock - this.#nowSeconds()
    this.#change({ offsetSeconds })
    return offsetSeconds
  }

  setTime(timestampSeconds: bigint): void {
    checkTimestamp(this.#parent(), timestampSeconds)
    this.#change({ offsetSeconds: timestampSeconds - this.#nowSeconds() })
  }

  setNextTimestamp(timestampSeconds: bigint): void {
    checkTimestamp(this.#parent(), timestampSeconds)
    this.#override({ timestampSeconds })
  }

  setTimestampInterval(seconds: bigint | undefined): void {
    checkClock(this.#parent().header.timestampSeconds + (seconds ?? 0n))
    this.#change({ timestampIntervalSeconds: seconds })
  }

  setNextBaseFee(baseFeeWei: bigint): void {
    this.#override({ baseFeeWei })
  }

  setNextPrevRandao(prevRandao: Hash): void {
    this.#override({ prevRandao })
  }

  setCoinbase(coinbase: Address): void {
    this.#change({ coinbase })
  }

  setGasLimit(gasLimit: bigint): void {
    checkGasLimit(gasLimit)
    this.#change({ gasLimit })
  }

  edit(edits: readonly StateEdit[]): Promise<void> {
    return this.#enqueue(async () => this.#afterJump(await this.#parts.ledger.edit(edits)))
  }

  snapshot(): number {
    this.#snapshotCount += 1
    const id = this.#snapshotCount
    const { version } = this.#parts.archive.head()
    this.#snapshots = [
      ...this.#snapshots,
      { id, version, settings: this.#settings, waiting: waitingTransactions(this.#parts.mempool) },
    ]
    return id
  }

  revert(id: number): Promise<boolean> {
    return this.#enqueue(async () => {
      const snapshot = this.#snapshots.find((candidate) => candidate.id === id)
      if (snapshot === undefined) return false
      await this.#returnTo(snapshot)
      this.#snapshots = this.#snapshots.filter((other) => other.id < id)
      return true
    })
  }

  reset(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#returnTo({ version: GENESIS_VERSION, settings: this.#firstSettings, waiting: [] })
      this.#snapshots = []
    })
  }

  subscribe(listener: (event: ChainEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTimer()
    await this.#jobs.idle()
    for (const hash of this.#waiters.hashes()) this.#waiters.fail(hash, stoppingError())
  }

  #select(): readonly SignedTransaction[] {
    const { baseFeeWei, gasLimit } = this.next()
    return this.#parts.mempool.select(baseFeeWei, gasLimit)
  }

  /** Makes up to `count` blocks while nothing waits; how many. 0 where it is too few, or they must be made one by one. */
  async #makeIdle(count: number, spacingSeconds: bigint | undefined): Promise<number> {
    const { ledger, mempool } = this.#parts
    if (count < MIN_IDLE_RUN || mempool.pendingCount > 0) return 0
    const { overrides, timestampIntervalSeconds: interval } = this.#settings
    const first = { ...this.next(), baseFeeWei: overrides.baseFeeWei, transactions: [] }
    this.#change({ overrides: {} })
    let made = 0
    try {
      made = await ledger.produceIdle({ first, count, intervalSeconds: spacingSeconds ?? interval ?? 1n })
    } catch (error) {
      throw blockError(error)
    } finally {
      if (made === 0) this.#override({ ...overrides, ...this.#settings.overrides })
    }
    if (made === 0 || overrides.timestampSeconds === undefined) return made
    const { timestampSeconds: last } = this.#parent().header
    const clock = spacingSeconds === undefined ? first.timestampSeconds : last
    this.#change({ offsetSeconds: clock - this.#nowSeconds() })
    return made
  }

  /** Makes one block of `transactions`. Runs as (part of) a job. */
  async #makeBlock(transactions: readonly SignedTransaction[]): Promise<ProducedBlock> {
    const { ledger, mempool } = this.#parts
    const plan = this.next()
    const { overrides } = this.#settings
    const jumpSeconds =
      overrides.timestampSeconds === undefined
        ? 0n
        : plan.timestampSeconds - this.#nowSeconds() - this.#settings.offsetSeconds
    this.#settings = { ...this.#settings, overrides: {} }
    let produced: ProducedBlock
    try {
      produced = withoutDeferred(await ledger.produce({ ...plan, baseFeeWei: overrides.baseFeeWei, transactions }))
    } catch (error) {
      // What was asked meanwhile is newer.
      this.#override({ ...overrides, ...this.#settings.overrides })
      discardBroken(mempool, transactions, error)
      throw blockError(error)
    }
    this.#change({ offsetSeconds: this.#settings.offsetSeconds + jumpSeconds })
    for (const { hash } of produced.dropped) mempool.remove(hash)
    mempool.refresh(transactions.map(({ sender }) => sender))
    this.#emit({ kind: 'block', produced })
    this.#settleWaiters(produced)
    return produced
  }

  #settleWaiters({ block, dropped }: ProducedBlock): void {
    const { mempool } = this.#parts
    for (const { hash } of block.transactions) this.#waiters.settle(hash)
    for (const { hash, rejection } of dropped) {
      if (mempool.get(hash) === undefined) this.#waiters.settle(hash, { kind: 'rejected', rejection })
    }
    // Nobody waits for what a busy chain would not take: replaced, evicted, priced out, or behind one that was dropped.
    const { baseFeeWei } = this.next()
    for (const hash of this.#waiters.hashes()) {
      const transaction = mempool.get(hash)
      const isQueued = (it: SignedTransaction) => dropped.length > 0 && it.nonce >= mempool.nextNonce(it.sender)
      const isPossible =
        transaction !== undefined && transaction.maxFeePerGasWei >= baseFeeWei && !isQueued(transaction)
      if (!isPossible) this.#waiters.settle(hash)
    }
  }

  #scheduleAutomine(): void {
    if (this.#isAutomineDue) return
    this.#isAutomineDue = true
    this.#jobs.run(() => this.#automine()).catch((error) => this.#parts.onFailure(error))
  }

  /** Makes a block of what is ready. One block per job, so that edits and rewinds get their turn under load. */
  async #automine(): Promise<void> {
    this.#isAutomineDue = false
    if (this.#isStopped) return
    const waiting = this.#waiters.hashes()
    const transactions = this.#mode.kind === 'automine' ? this.#select() : []
    if (transactions.length === 0) {
      for (const hash of waiting) this.#waiters.settle(hash)
      return
    }
    try {
      await this.#makeBlock(transactions)
    } catch (error) {
      for (const hash of waiting) this.#waiters.fail(hash, error)
      if (waiting.length === 0 || error instanceof InvariantError) throw error
      return
    }
    this.#scheduleAutomine()
  }

  #startTimer(): void {
    this.#cancelTimer()
    this.#cancelTimer = () => undefined
    if (this.#mode.kind !== 'interval') return
    let isBusy = false
    const tick = async () => {
      if (isBusy) return
      isBusy = true
      await this.#enqueue(() => this.#makeBlock(this.#select())).catch((error) => {
        if (!this.#isStopped) this.#parts.onFailure(error)
      })
      isBusy = false
    }
    this.#cancelTimer = this.#parts.clock.every(this.#mode.milliseconds, tick)
  }

  async #returnTo({ version, settings, waiting }: Omit<Snapshot, 'id'>): Promise<void> {
    const { ledger, mempool } = this.#parts
    const undone = waitingTransactions(mempool)
    const head = await ledger.rewind(version)
    this.#settings = settings
    // From the highest nonce down: nothing stands after what is taken out, so nothing has to be queued for a moment.
    for (const { hash } of [...undone].reverse()) mempool.remove(hash)
    for (const transaction of waiting) mempool.add(transaction, { gasLimit: settings.gasLimit, minFeeCapWei: 0n })
    this.#afterJump(head)
  }

  #afterJump(head: Head): void {
    this.#parts.mempool.refresh()
    this.#emit({ kind: 'rewound', head })
    this.#scheduleAutomine()
  }

  #enqueue<result>(job: () => Promise<result>): Promise<result> {
    return this.#jobs.run(() => {
      this.#checkRunning()
      return job()
    })
  }

  #change(change: Partial<BlockSettings>): void {
    this.#settings = { ...this.#settings, ...change }
  }

  #override(overrides: NextBlockOverrides): void {
    this.#change({ overrides: { ...this.#settings.overrides, ...overrides } })
  }

  /** The head's header: asked for at every turn, so it is decoded once per block. */
  #parent(): Parent {
    const { archive } = this.#parts
    const { blockHash: hash } = archive.head()
    if (this.#newest?.hash === hash) return this.#newest
    const header = archive.header(hash)
    assert(header !== undefined, "the head's header is there")
    this.#newest = { hash, header }
    return this.#newest
  }

  /** The chain's clock: never behind the newest block, whatever pushed that ahead. */
  #clockSeconds(): bigint {
    const clock = this.#nowSeconds() + this.#settings.offsetSeconds
    const { timestampSeconds: newest } = this.#parent().header
    return clock > newest ? clock : newest
  }

  #nowSeconds(): bigint {
    return BigInt(Math.floor(this.#parts.clock.nowMs() / 1000))
  }

  #emit(event: ChainEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        this.#parts.onFailure(error)
      }
    }
  }

  #checkRunning(): void {
    if (this.#isStopped) throw stoppingError()
  }
}

/** All that waits, per sender by nonce, ready ones first. */
function waitingTransactions(mempool: Mempool): readonly SignedTransaction[] {
  const { pending, queued } = mempool.content()
  return [...pending.values(), ...queued.values()].flatMap((byNonce) => [...byNonce.values()])
}

/** A bug stays one; anything else is told as what it means for the caller. */
function blockError(error: unknown): unknown {
  if (error instanceof InvariantError) return error
  return new BaseError('BLOCK_NOT_STORED', `the block could not be made: ${messageOf(error)}`, {
    cause: error,
    advice: ['The transactions are still in the pool: repair the cause, then send another or mine a block.'],
  })
}

function stoppingError(): BaseError {
  return new BaseError('NODE_STOPPING', 'the node is stopping and takes nothing more')
}

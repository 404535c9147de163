import {
  type Block,
  blockId,
  blocksFor,
  type ConsensusConfig,
  type ConsensusState,
  createValidatorSet,
  decodeBlock,
  decodeRecord,
  type Env,
  encodeBlock,
  encodeRecord,
  genesisRecord,
  type Input,
  type LeaderSchedule,
  type Message,
  type Output,
  RULES,
  type Rules,
  restoreState,
  type SafetyRecord,
  stakeWeightedLeader,
  step,
  type Timer,
  type ValidatorSet,
} from '../../../src/consensus/index.ts'
import { type Address, type Hash, keccakHash, toAddress, ZERO_HASH } from '../../../src/primitives/index.ts'
import { Random } from '../../fuzz/random.ts'
import { EventQueue } from './eventQueue.ts'
import { fakeKey, fakeScheme } from './fakeScheme.ts'
import type { Monitor } from './monitor.ts'

/** Blocks between one and the block whose result it names. */
const EXECUTION_LAG = 3
/** Virtual time begins here. */
const START_MS = 1_000_000

/** What a disk holds after a power cut: only what was synced. The ledger is what `finalize` said, in order. */
export type Disk = { record: SafetyRecord; readonly blocks: Map<Hash, Block>; ledger: Block[] }

/** What a dishonest validator does with what an honest one would do. */
export type Behaviour = {
  readonly name: string
  /** Its rules, when it breaks some. */
  readonly rules?: Rules
  /** What really goes to one receiver instead of `message`: any number of messages. */
  readonly corrupt?: (message: Message, receiver: Instance, instance: Instance, cluster: Cluster) => readonly Message[]
}

/** One process. Two with the same validator are twins. */
export type Instance = {
  readonly name: string
  readonly validator: number
  readonly id: Address
  readonly key: Uint8Array
  readonly behaviour: Behaviour | undefined
  readonly disk: Disk
  readonly timers: Map<Timer, number>
  readonly env: Env
  state: ConsensusState
  isUp: boolean
  isPaused: boolean
  /** False: its timers never ring. */
  hasTimers: boolean
  /** Dies after this many further outputs. */
  outputsLeft: number
  clockSkewMs: number
  /** How long execution takes to judge a block. */
  executionMs: number
  /** Its execution comes to results of its own. */
  isDivergent: boolean
  /** Inputs since the last start, when `keepsLog`. */
  readonly log: { nowMs: number; input: Input }[]
}

/** Milliseconds until each copy of a message arrives; none when it is lost. */
export type Network = (from: Instance, to: Instance, message: Message, nowMs: number) => readonly number[]

export type ClusterOptions = {
  readonly validators: number
  readonly seed: number
  /** 1 for everybody when left out. */
  readonly stakeOf?: (epoch: number, validator: number) => bigint
  readonly rules?: Rules
  readonly leader?: LeaderSchedule
  readonly config?: Partial<ConsensusConfig>
  readonly network?: Network
  /** By validator; further instances of a validator that is listed twice are its twins. */
  readonly behaviours?: ReadonlyMap<number, Behaviour>
  readonly twins?: readonly number[]
  /** Who validates in each epoch; the same validators when left out. */
  readonly membersOf?: (epoch: number) => readonly number[]
  /** False for a disk that says "synced" and is not. */
  readonly isDiskHonest?: boolean
  /** False for a driver that sends before it persists. */
  readonly persistsFirst?: boolean
  readonly keepsLog?: boolean
  /** Sees every output just before it happens. */
  readonly observe?: (instance: Instance, output: Output) => void
  readonly monitor: Monitor
}

/** What a cluster has when nothing else is said. */
export const CONFIG: ConsensusConfig = {
  chainId: 31337,
  genesisId: keccakHash(new TextEncoder().encode('genesis')),
  deltaMs: 10,
  votePaceMs: 0,
  maxClockDriftMs: 500,
  epochLength: 1_000_000,
  epochDelayRounds: 100,
}

/** A whole network in one thread under virtual time. Same options, same history. */
export class Cluster {
  readonly config: ConsensusConfig
  readonly random: Random
  readonly instances: Instance[] = []
  readonly monitor: Monitor
  /** Every block that anybody ever built or checked. */
  readonly blocks = new Map<Hash, Block>()
  network: Network
  nowMs = START_MS
  messages = 0
  readonly #options: ClusterOptions
  readonly #queue = new EventQueue()
  readonly #sets = new Map<number, ValidatorSet>()
  #bodies = 0
  #tokens = 0

  constructor(options: ClusterOptions) {
    this.#options = options
    this.config = { ...CONFIG, ...options.config }
    this.random = new Random(options.seed, 0)
    this.monitor = options.monitor
    this.network = options.network ?? (() => [this.random.between(1, 8)])
    for (let validator = 0; validator < options.validators; validator += 1) this.#add(validator, `v${validator}`)
    for (const validator of options.twins ?? []) this.#add(validator, `v${validator}'`)
    this.monitor.attach(this)
  }

  get honest(): readonly Instance[] {
    const twins = this.#options.twins ?? []
    return this.instances.filter(({ behaviour, validator }) => behaviour === undefined && !twins.includes(validator))
  }

  /** Position of a validator in an epoch's set is by id, and ids ascend with the number. */
  idOf(validator: number): Address {
    return idOf(validator)
  }

  setOf(epoch: number): ValidatorSet {
    const known = this.#sets.get(epoch)
    if (known !== undefined) return known
    const { membersOf, validators, stakeOf, seed } = this.#options
    const members = membersOf?.(epoch) ?? Array.from({ length: validators }, (_, index) => index)
    const set = createValidatorSet(
      epoch,
      keccakHash(Uint8Array.of(epoch, seed & 0xff, (seed >> 8) & 0xff, (seed >> 16) & 0xff)),
      members.map((index) => ({
        id: this.idOf(index),
        publicKey: fakeScheme.publicKey(fakeKey(index)),
        stake: stakeOf?.(epoch, index) ?? 1n,
      })),
    )
    this.#sets.set(epoch, set)
    return set
  }

  /** Who leads a round of an epoch. */
  leaderOf(epoch: number, round: number): Address | undefined {
    const set = this.setOf(epoch)
    return set.validators[(this.#options.leader ?? stakeWeightedLeader)(set, round)]?.id
  }

  /** Starts all; `run` lets time pass. */
  start(): void {
    for (const instance of this.instances) this.feed(instance, { kind: 'start' })
  }

  /** Calls `action` at a time from now. */
  after(delayMs: number, action: () => void): void {
    this.#queue.push(this.nowMs + delayMs, action)
  }

  /** Lets `durationMs` pass, or less when `isDone` says so after an event. True when it did. */
  run(durationMs: number, isDone: () => boolean = () => false): boolean {
    const endMs = this.nowMs + durationMs
    for (;;) {
      const event = this.#queue.popUntil(endMs)
      if (event === undefined) break
      this.nowMs = event.atMs
      event.action()
      if (isDone()) return true
    }
    this.nowMs = endMs
    return isDone()
  }

  crash(instance: Instance): void {
    instance.isUp = false
    instance.timers.clear()
    this.monitor.crashed(instance)
  }

  /** Starts a crashed instance on what its disk holds, read back from bytes. */
  restart(instance: Instance): void {
    const { disk } = instance
    const blocks = [...disk.blocks.values()].map((block) => decodeBlock(encodeBlock(block)))
    instance.state = restoreState(instance.env.rules, decodeRecord(encodeRecord(disk.record)), blocks)
    disk.ledger = ledgerOf(disk)
    this.monitor.restored(instance, disk.ledger)
    instance.isUp = true
    instance.outputsLeft = Number.POSITIVE_INFINITY
    instance.log.length = 0
    this.feed(instance, { kind: 'start' })
  }

  /** Gives an instance an input now. */
  feed(instance: Instance, input: Input): void {
    if (!instance.isUp) return
    if (this.#options.keepsLog === true) instance.log.push({ nowMs: instance.env.nowMs, input })
    const before = instance.state
    const { state, outputs } = step(before, input, instance.env)
    if (instance.outputsLeft === 0 && outputs.length > 0) {
      // Nothing of this step is left anywhere, not even what it concluded.
      this.crash(instance)
      return
    }
    instance.state = state
    this.monitor.stepped(instance, before, outputs)
    const first = outputs[0]
    const ordered =
      this.#options.persistsFirst === false && first?.kind === 'persist' ? [...outputs.slice(1), first] : outputs
    for (const output of ordered) {
      if (instance.outputsLeft === 0) {
        this.crash(instance)
        return
      }
      instance.outputsLeft -= 1
      this.#execute(instance, output)
    }
  }

  /** Sends as if the instance had. */
  deliver(from: Instance, to: Instance, message: Message): void {
    this.messages += 1
    if (message.kind === 'proposal') this.monitor.proposed(message.proposal)
    for (const delayMs of this.network(from, to, message, this.nowMs)) {
      this.#queue.push(this.nowMs + delayMs, () => this.#arrive(from, to, message))
    }
  }

  /** The result that a block at `height` on `parentId` must name, in this instance's eyes. */
  executionHash(parentId: Hash, height: number, { isDivergent }: Instance): Hash {
    let id = parentId
    for (let at = height - 1; at > height - EXECUTION_LAG; at -= 1) {
      const block = this.blocks.get(id)
      if (block === undefined) return ZERO_HASH
      id = block.header.qc.blockId
    }
    return height <= EXECUTION_LAG ? ZERO_HASH : keccakHash(new TextEncoder().encode(`${id}${isDivergent}`))
  }

  /** A body that no other block has. */
  newBody(): Uint8Array {
    this.#bodies += 1
    return new TextEncoder().encode(`body ${this.#bodies}`)
  }

  #arrive(from: Instance, to: Instance, message: Message): void {
    if (to.isPaused) {
      this.after(5, () => this.#arrive(from, to, message))
      return
    }
    this.feed(to, { kind: 'message', from: from.id, message })
  }

  #execute(instance: Instance, output: Output): void {
    this.#options.observe?.(instance, output)
    switch (output.kind) {
      case 'persist': {
        this.monitor.persisted(instance, output.record)
        if (this.#options.isDiskHonest === false) return
        instance.disk.record = output.record
        for (const block of output.blocks) instance.disk.blocks.set(blockId(block.header), block)
        return
      }
      case 'send':
        this.#send(instance, output.to, output.message)
        return
      case 'setTimer':
        this.#setTimer(instance, output.timer, output.round, output.delayMs)
        return
      case 'build': {
        const { round, parentId, height } = output
        const body = this.newBody()
        const executionHash = this.executionHash(parentId, height, instance)
        this.#answer(instance, 1 + instance.executionMs, { kind: 'payload', round, parentId, body, executionHash })
        return
      }
      case 'validate': {
        const { header, body } = output.block
        this.blocks.set(output.blockId, output.block)
        const isRight = header.executionHash === this.executionHash(header.qc.blockId, header.height, instance)
        const isValid = isRight && !isBadBody(body)
        this.#answer(instance, this.random.below(3) + instance.executionMs, {
          kind: 'validated',
          blockId: output.blockId,
          isValid,
        })
        return
      }
      case 'finalize':
        instance.disk.ledger[output.block.header.height - 1] = output.block
        this.monitor.finalized(instance, output.blockId, output.block)
        return
      case 'requestValidators':
        this.monitor.scheduled(output.epoch, output.startRound)
        this.#answer(instance, 5, { kind: 'validators', set: this.setOf(output.epoch) })
        return
      case 'serve': {
        const blocks = blocksFor(instance.state, output.request, (height) => instance.disk.ledger[height - 1])
        this.#send(instance, [output.to], { kind: 'blocks', blocks })
        return
      }
      default:
        return
    }
  }

  #send(instance: Instance, to: readonly Address[], message: Message): void {
    this.monitor.sent(instance, message)
    if (message.kind === 'proposal') this.monitor.proposed(message.proposal)
    for (const receiver of this.instances) {
      if (receiver === instance || !to.includes(receiver.id)) continue
      const { corrupt } = instance.behaviour ?? {}
      for (const one of corrupt?.(message, receiver, instance, this) ?? [message]) this.deliver(instance, receiver, one)
    }
  }

  #setTimer(instance: Instance, timer: Timer, round: number, delayMs: number): void {
    this.#tokens += 1
    const token = this.#tokens
    instance.timers.set(timer, token)
    const ring = (): void => {
      if (instance.timers.get(timer) !== token || !instance.hasTimers) return
      if (instance.isPaused) {
        this.after(5, ring)
        return
      }
      this.feed(instance, { kind: 'timer', timer, round })
    }
    this.#queue.push(this.nowMs + delayMs, ring)
  }

  /** Execution answers in its own time, and not to a process that has died since. */
  #answer(instance: Instance, delayMs: number, input: Input): void {
    const life = instance.log
    const { state } = instance
    this.#queue.push(this.nowMs + delayMs, () => {
      if (instance.isUp && life === instance.log && state !== undefined) this.feed(instance, input)
    })
  }

  #add(validator: number, name: string): void {
    const key = fakeKey(validator)
    const { behaviours, rules = RULES, leader = stakeWeightedLeader } = this.#options
    const behaviour = behaviours?.get(validator)
    const cluster = this
    const instance: Instance = {
      name,
      validator,
      id: this.idOf(validator),
      key,
      behaviour,
      disk: { record: genesisRecord(this.config, this.setOf(0)), blocks: new Map(), ledger: [] },
      timers: new Map(),
      env: {
        get nowMs() {
          return cluster.nowMs + instance.clockSkewMs
        },
        self: this.idOf(validator),
        sign: (message) => {
          this.monitor.signed(instance, message)
          return fakeScheme.sign(key, message)
        },
        scheme: fakeScheme,
        leader,
        config: this.config,
        rules: behaviour?.rules ?? rules,
      },
      state: restoreState(RULES, genesisRecord(this.config, this.setOf(0)), []),
      isUp: true,
      isPaused: false,
      hasTimers: true,
      outputsLeft: Number.POSITIVE_INFINITY,
      clockSkewMs: 0,
      executionMs: 0,
      isDivergent: false,
      log: [],
    }
    this.instances.push(instance)
  }
}

/** A validator's name; they ascend with its number. */
export function idOf(validator: number): Address {
  return toAddress(`0x${(validator + 1).toString(16).padStart(40, '0')}`)
}

/** Bodies that no honest validator takes. */
export const BAD_BODY = new TextEncoder().encode('bad')

function isBadBody(body: Uint8Array): boolean {
  return body.length === BAD_BODY.length
}

/** The finalized chain, read back from the root down. */
function ledgerOf({ record, blocks, ledger }: Disk): Block[] {
  const result = ledger.slice(0, record.root.height)
  for (let id = record.root.id, height = record.root.height; height > 0; height -= 1) {
    const block = blocks.get(id)
    if (block === undefined) break
    result[height - 1] = block
    id = block.header.qc.blockId
  }
  return result
}

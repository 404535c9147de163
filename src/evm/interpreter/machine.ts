import type { Core, Pointer } from '../../core/index.ts'
import { journalLayout, layout, outcome } from '../../core/index.ts'
import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { assert, EMPTY_BYTES } from '../../primitives/index.ts'
import type { CoreAccounts } from '../../state/index.ts'
import { accountsIn } from '../../state/index.ts'
import type { BlockContext, Execution, HaltReason, Host, Result } from '../../vm/index.ts'
import { codeKind } from '../../vm/index.ts'
import { createCodeCache } from './codeCache.ts'
import { writeBlock, writeTransaction } from './context.ts'
import { forkIndex, installForkTable } from './forkTable.ts'
import type { PlacedInput } from './frames.ts'
import { createFrameStack } from './frames.ts'
import { readCall, readCreate } from './mailbox.ts'
import type { Tier } from './tier.ts'

const MAX_CACHED_CODE_BYTES = 64 * 2 ** 20

/** A frame's gas is a signed 64-bit number (EIP-4803); whoever offers more keeps the rest. */
const MAX_FRAME_GAS = 2n ** 63n - 1n

/** How a frame ends whose input has no room. */
const NO_ROOM: Result = { status: 'halt', reason: 'out-of-gas' }

const HALT_REASONS: ReadonlyMap<number, HaltReason> = new Map([
  [outcome.HALT_OUT_OF_GAS, 'out-of-gas'],
  [outcome.HALT_STACK_UNDERFLOW, 'stack-underflow'],
  [outcome.HALT_STACK_OVERFLOW, 'stack-overflow'],
  [outcome.HALT_INVALID_OPCODE, 'invalid-opcode'],
  [outcome.HALT_INVALID_JUMP, 'invalid-jump'],
  [outcome.HALT_STATIC_VIOLATION, 'static-violation'],
  [outcome.HALT_RETURN_DATA_OUT_OF_BOUNDS, 'return-data-out-of-bounds'],
  [outcome.HALT_INIT_CODE_TOO_LARGE, 'init-code-too-large'],
])

/** The transaction that the core's context describes. */
type Served = { readonly host: Host; readonly accounts: CoreAccounts }

/** Begins the frames of one core that come from outside, and does for them what the core's driver leaves to TypeScript. */
export class Machine {
  readonly #core: Core
  readonly #tier: Tier
  readonly #frames
  readonly #codes
  #served: Served | undefined
  #block: BlockContext | undefined
  #table: Buffer | undefined
  /** The input of the call that is under way, and where it stands in its caller's memory: its callee need not copy it. */
  #passing: { readonly input: Bytes; readonly placed: PlacedInput } | undefined

  constructor(core: Core, tier: Tier) {
    this.#core = core
    this.#tier = tier
    this.#frames = createFrameStack(core)
    this.#codes = createCodeCache(core, MAX_CACHED_CODE_BYTES, tier)
  }

  /** Describes a host's transaction to the core, unless that was the last thing done. */
  serve(host: Host, hardfork: Hardfork, table: Buffer): Served {
    if (this.#served?.host === host) return this.#served
    assert(this.#frames.innermost === 0, 'a transaction ends before the next one begins')
    assert(host.rules.hardfork === hardfork, "a host's rules are those of its engine's fork")
    const core = this.#core
    this.#served = { host, accounts: accountsIn(core, host.journal) }
    this.#passing = undefined
    this.#codes.trim()
    core.host.blockHash = (number, out) => this.#blockHash(host, number, out)
    writeTransaction(core, host.transaction)
    if (this.#block !== host.block) writeBlock(core, host.block)
    this.#block = host.block
    if (this.#table !== table) this.#install(hardfork, table)
    return this.#served
  }

  #install(hardfork: Hardfork, table: Buffer): void {
    this.#table = table
    installForkTable(this.#core, table)
    this.#core.memory.view.setUint32(layout.CONTEXT + layout.CONTEXT_FORK, forkIndex(hardfork), true)
    this.#tier.begin(hardfork, this.#codes.all())
  }

  #blockHash(host: Host, number: Pointer, out: Pointer): number {
    const { memory } = this.#core
    const hash = host.blockHash(memory.readWord(number))
    if (hash === undefined) memory.writeWord(out, 0n)
    else memory.writeHash(out, hash)
    return hash === undefined ? 0 : 1
  }

  /** Runs one frame and all below it. */
  execute(served: Served, execution: Execution, code: Bytes): Result {
    const input = this.#placeInput(execution.input)
    if (input === undefined) return NO_ROOM
    const isInitCode = execution.kind === 'create' || execution.kind === 'create2'
    const stored = isInitCode ? undefined : this.#codes.place(code)
    const placed = stored ?? this.#codes.placeOnce(code)
    const { gasLimit } = execution
    const gas = gasLimit < MAX_FRAME_GAS ? gasLimit : MAX_FRAME_GAS
    const start = { execution, code: placed, program: stored?.program ?? 0, input, gas }
    const frame = this.#frames.push(served.accounts, start)
    try {
      const result = this.#drive(served, frame)
      if (gas === gasLimit || result.status === 'halt') return result
      return { ...result, gasLeft: result.gasLeft + (gasLimit - gas) }
    } finally {
      this.#frames.pop(frame)
      if (isInitCode) this.#codes.remove(placed)
    }
  }

  /** Where an input is in memory; undefined when the region for inputs is full. */
  #placeInput(input: Bytes): PlacedInput | undefined {
    if (this.#passing?.input === input) return this.#passing.placed
    const pointer = this.#frames.freeBuffer
    if (pointer + input.length > layout.RETURN_END) return undefined
    this.#core.memory.writeBytes(pointer, input)
    return { pointer, length: input.length }
  }

  #drive(served: Served, outermost: Pointer): Result {
    let pending: number = outcome.STATUS_RUNNING
    while (true) {
      const status = this.#core.exports.drive(outermost, pending)
      switch (status) {
        case outcome.STATUS_HALT:
          return { status: 'halt', reason: this.#haltReason(outermost) }
        case outcome.STATUS_RETURN:
          return this.#ended(outermost, 'success')
        case outcome.STATUS_REVERT:
          return this.#ended(outermost, 'revert')
        default:
          pending = this.#attend(served, this.#frames.innermost, status)
      }
    }
  }

  /** Does what the innermost frame waits for; returns what it has come to then. */
  #attend(served: Served, frame: Pointer, status: number): number {
    switch (status) {
      case outcome.STATUS_CALL:
        return this.#call(served, frame)
      case outcome.STATUS_CREATE:
        return this.#create(served, frame)
      case outcome.STATUS_UNKNOWN_TARGET:
        this.#markTarget(served, frame)
        return outcome.STATUS_CALL
      case outcome.STATUS_UNPLACED_CODE:
        this.#placeTarget(served, frame)
        return outcome.STATUS_CALL
      default:
        assert(status === outcome.STATUS_DUE, 'the driver stops for a known reason')
        this.#compile(frame)
        return outcome.STATUS_RUNNING
    }
  }

  /** Says of the account that a frame calls whether calls to it are the router's. */
  #markTarget({ host, accounts }: Served, frame: Pointer): void {
    const { view } = this.#core.memory
    const target = view.getUint32(frame + layout.FRAME_ACTION_ACCOUNT, true)
    const isRouted = host.mustRoute(accounts.addressOf(target))
    const marks = target + journalLayout.RECORD_STICKY
    const mark = isRouted ? journalLayout.STICKY_IS_ROUTED : journalLayout.STICKY_IS_CALLABLE
    view.setUint32(marks, view.getUint32(marks, true) | mark, true)
  }

  /** Places the code that a frame calls, if it is the EVM's. */
  #placeTarget({ accounts }: Served, frame: Pointer): void {
    const { exports, memory } = this.#core
    const record = exports.codeToRun(memory.view.getUint32(frame + layout.FRAME_ACTION_ACCOUNT, true))
    const code = accounts.codeOf(record)
    const isOurs = codeKind(code) === 'evm'
    const program = isOurs ? this.#codes.place(code).program : journalLayout.PROGRAM_OF_ANOTHER_VM
    memory.view.setUint32(record + journalLayout.CODE_PROGRAM, program, true)
  }

  #compile(frame: Pointer): void {
    const code = this.#codes.at(this.#core.memory.view.getUint32(frame + layout.FRAME_PROGRAM, true))
    assert(code !== undefined, 'a code that runs is in the cache')
    this.#tier.compile(code)
  }

  #haltReason(frame: Pointer): HaltReason {
    const reason = HALT_REASONS.get(this.#core.memory.view.getUint32(frame + layout.FRAME_HALT_REASON, true))
    assert(reason !== undefined, 'the core halts for a known reason')
    return reason
  }

  #ended(frame: Pointer, status: 'success' | 'revert'): Result {
    const { memory } = this.#core
    const { view } = memory
    const gasLeft = view.getBigUint64(frame + layout.FRAME_GAS, true)
    const length = view.getUint32(frame + layout.FRAME_OUTPUT_LENGTH, true)
    const output =
      length === 0 ? EMPTY_BYTES : memory.readBytes(view.getUint32(frame + layout.FRAME_OUTPUT, true), length)
    return { status, output, gasLeft }
  }

  /** Has the host run the call in a frame's mailbox and resumes the frame. */
  #call({ host, accounts }: Served, frame: Pointer): number {
    const core = this.#core
    const message = readCall(core, accounts, frame)
    const pointer = core.memory.view.getUint32(frame + layout.FRAME_ACTION_INPUT, true)
    this.#passing = { input: message.input, placed: { pointer, length: message.input.length } }
    const result = host.call(message)
    this.#passing = undefined
    if (!this.#settle(frame, result, result.status === 'halt' ? EMPTY_BYTES : result.output)) return this.#halt(frame)
    core.exports.resumeCall(frame, Number(result.status === 'success'))
    return outcome.STATUS_RUNNING
  }

  /** Has the host run the creation in a frame's mailbox and pushes the new address. */
  #create({ host, accounts }: Served, frame: Pointer): number {
    const { memory } = this.#core
    const result = host.call(readCreate(this.#core, accounts, frame))
    // Source: EIP-211: a created contract's code is not return data.
    if (!this.#settle(frame, result, result.status === 'revert' ? result.output : EMPTY_BYTES)) return this.#halt(frame)
    const top = memory.view.getUint32(frame + layout.FRAME_SP, true)
    const created = result.status === 'success' ? result.created : undefined
    if (created === undefined) memory.writeWord(top, 0n)
    else memory.writeAddress(top, created)
    memory.view.setUint32(frame + layout.FRAME_SP, top + layout.WORD_BYTES, true)
    return outcome.STATUS_RUNNING
  }

  /** A frame has no room for its child's return data. */
  #halt(frame: Pointer): number {
    this.#core.memory.view.setUint32(frame + layout.FRAME_HALT_REASON, outcome.HALT_OUT_OF_GAS, true)
    return outcome.STATUS_HALT
  }

  /** Gives a child's gas back and keeps its return data. */
  #settle(frame: Pointer, result: Result, returnData: Bytes): boolean {
    const { memory } = this.#core
    const { view } = memory
    const buffer = view.getUint32(frame + layout.FRAME_RETURN, true)
    if (buffer + returnData.length > layout.RETURN_END) return false
    if (returnData.length > 0) memory.writeBytes(buffer, returnData)
    view.setUint32(frame + layout.FRAME_RETURN_LENGTH, returnData.length, true)
    if (result.status !== 'halt') {
      const gas = frame + layout.FRAME_GAS
      view.setBigUint64(gas, view.getBigUint64(gas, true) + result.gasLeft, true)
    }
    return true
  }
}

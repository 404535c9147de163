import type { Core, Pointer } from '../../core/index.ts'
import { layout, outcome } from '../../core/index.ts'
import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { assert, EMPTY_BYTES } from '../../primitives/index.ts'
import type { CoreAccounts } from '../../state/index.ts'
import { accountsIn } from '../../state/index.ts'
import type { BlockContext, Execution, HaltReason, Host, Result } from '../../vm/index.ts'
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

/** What a child ends with when its caller has no room for its return data. */
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

/** A frame that runs, on behalf of whom, and how. */
type Running = Served & {
  readonly frame: Pointer
  readonly execution: Execution
  readonly run: (frame: Pointer) => number
}

/** Drives the frames of one core: sets them up, carries their calls to the host and the results back. */
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
    this.#codes = createCodeCache(core, MAX_CACHED_CODE_BYTES)
  }

  /** Describes a host's transaction to the core, unless that was the last thing done. */
  serve(host: Host, hardfork: Hardfork, table: Buffer): Served {
    if (this.#served?.host === host) return this.#served
    assert(this.#frames.depth === 0, 'a transaction ends before the next one begins')
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
    this.#tier.begin(hardfork)
  }

  #blockHash(host: Host, number: Pointer, out: Pointer): number {
    const { memory } = this.#core
    const hash = host.blockHash(memory.readWord(number))
    if (hash === undefined) memory.writeWord(out, 0n)
    else memory.writeHash(out, hash)
    return hash === undefined ? 0 : 1
  }

  /** Runs one frame and, through the host, all below it. */
  execute({ host, accounts }: Served, execution: Execution, code: Bytes): Result {
    const input = this.#placeInput(execution.input)
    if (input === undefined) return NO_ROOM
    const isInitCode = execution.kind === 'create' || execution.kind === 'create2'
    const stored = isInitCode ? undefined : this.#codes.place(code)
    const placed = stored ?? this.#codes.placeOnce(code)
    const { gasLimit } = execution
    const gas = gasLimit < MAX_FRAME_GAS ? gasLimit : MAX_FRAME_GAS
    const frame = this.#frames.push(accounts, { execution, code: placed, input, gas })
    try {
      const run = stored === undefined ? this.#core.exports.run : () => this.#tier.run(frame, stored)
      const result = this.#drive({ host, accounts, frame, execution, run })
      if (gas === gasLimit || result.status === 'halt') return result
      return { ...result, gasLeft: result.gasLeft + (gasLimit - gas) }
    } finally {
      this.#frames.pop()
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

  #drive(running: Running): Result {
    const { frame, run } = running
    while (true) {
      const status = run(frame)
      switch (status) {
        case outcome.STATUS_CALL:
          if (this.#call(running)) break
          return NO_ROOM
        case outcome.STATUS_CREATE:
          if (this.#create(running)) break
          return NO_ROOM
        case outcome.STATUS_HALT:
          return { status: 'halt', reason: this.#haltReason(frame) }
        default:
          return this.#ended(frame, status === outcome.STATUS_RETURN ? 'success' : 'revert')
      }
    }
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

  /** Runs the call in the mailbox and resumes the frame. False when its return data has no room. */
  #call({ frame, execution, host, accounts }: Running): boolean {
    const core = this.#core
    const message = readCall(core, accounts, frame, execution)
    const pointer = core.memory.view.getUint32(frame + layout.FRAME_ACTION_INPUT, true)
    this.#passing = { input: message.input, placed: { pointer, length: message.input.length } }
    const result = host.call(message)
    this.#passing = undefined
    if (!this.#settle(frame, result, result.status === 'halt' ? EMPTY_BYTES : result.output)) return false
    core.exports.resumeCall(frame, Number(result.status === 'success'))
    return true
  }

  /** Runs the creation in the mailbox and pushes the new address. False when its return data has no room. */
  #create({ frame, execution, host }: Running): boolean {
    const { memory } = this.#core
    const result = host.call(readCreate(this.#core, frame, execution))
    // Source: EIP-211: a created contract's code is not return data.
    if (!this.#settle(frame, result, result.status === 'revert' ? result.output : EMPTY_BYTES)) return false
    const top = memory.view.getUint32(frame + layout.FRAME_SP, true)
    const created = result.status === 'success' ? result.created : undefined
    if (created === undefined) memory.writeWord(top, 0n)
    else memory.writeAddress(top, created)
    memory.view.setUint32(frame + layout.FRAME_SP, top + layout.WORD_BYTES, true)
    return true
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

import type { Core, Pointer } from '../../core/index.ts'
import { layout, outcome } from '../../core/index.ts'
import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { assert, EMPTY_BYTES } from '../../primitives/index.ts'
import type { BlockContext, Execution, HaltReason, Host, Result, VmEngine } from '../../vm/index.ts'
import { createCodeCache, type StoredCode } from './codeCache.ts'
import { writeBlock, writeTransaction } from './context.ts'
import { forkIndex, forkTableOf, installForkTable } from './forkTable.ts'
import type { PlacedInput } from './frames.ts'
import { createFrameStack } from './frames.ts'
import { readCall, readCreate } from './mailbox.ts'

const MAX_CACHED_CODE_BYTES = 64 * 2 ** 20

/** A frame's gas is a signed 64-bit number (EIP-4803); whoever offers more keeps the rest. */
const MAX_FRAME_GAS = 2n ** 63n - 1n

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

/** Runs frames of stored code: the interpreter, or what runs them faster with the same results. */
export type Tier = {
  /** From now on code runs by the rules of `hardfork`. */
  begin(hardfork: Hardfork): void
  /** Runs a frame until it ends or asks for another, as the core's `run` does. */
  run(frame: Pointer, code: StoredCode): number
}

/**
 * The EVM of any fork on the interpreter in `core`; one call per core, for its engines share the core's frames. The host of
 * every execution must have the journal that lives in the same core.
 */
export function createInterpreter(core: Core, tier: Tier = interpret(core)): (hardfork: Hardfork) => VmEngine {
  const machine = new Machine(core, tier)
  const engines = new Map<Hardfork, VmEngine>()
  return (hardfork) => {
    const known = engines.get(hardfork)
    if (known !== undefined) return known
    const engine = engineOn(machine, hardfork)
    engines.set(hardfork, engine)
    return engine
  }
}

function interpret({ exports }: Core): Tier {
  return { begin: () => undefined, run: exports.run }
}

function engineOn(machine: Machine, hardfork: Hardfork): VmEngine {
  const table = forkTableOf(hardfork)
  return {
    kind: 'evm',
    // Any bytes are EVM code; what may be stored (EIP-170, EIP-3541) is the router's question.
    validate: (_code, gasLimit) => ({ status: 'valid', gasLeft: gasLimit }),
    execute(execution, code, host) {
      if (!machine.serves(host)) machine.serve(host, hardfork, table)
      return machine.execute(execution, code, host)
    },
  }
}

/** What a frame's calls and its result need. `spareGas` was not given to the frame. */
type Drive = { readonly execution: Execution; readonly host: Host; readonly spareGas: bigint }

/** Drives the core's `run`: sets up frames, carries calls to the host and results back. */
class Machine {
  readonly #core: Core
  readonly #tier: Tier
  readonly #frames
  readonly #codes
  #host: Host | undefined
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

  /** Whether the transaction that the core's context describes is this host's. */
  serves(host: Host): boolean {
    return this.#host === host
  }

  /** Describes another transaction to the core. */
  serve(host: Host, hardfork: Hardfork, table: Buffer): void {
    assert(this.#frames.depth === 0, 'a transaction ends before the next one begins')
    assert(host.rules.hardfork === hardfork, "a host's rules are those of its engine's fork")
    const core = this.#core
    this.#codes.trim()
    this.#passing = undefined
    this.#host = host
    core.host.blockHash = (number, out) => this.#blockHash(number, out)
    writeTransaction(core, host.transaction)
    if (this.#block !== host.block) writeBlock(core, host.block)
    this.#block = host.block
    if (this.#table === table) return
    this.#table = table
    installForkTable(core, table)
    this.#tier.begin(hardfork)
    core.memory.view.setUint32(layout.CONTEXT + layout.CONTEXT_FORK, forkIndex(hardfork), true)
  }

  #blockHash(number: Pointer, out: Pointer): number {
    const { memory } = this.#core
    const hash = this.#host?.blockHash(memory.readWord(number))
    if (hash === undefined) memory.writeWord(out, 0n)
    else memory.writeHash(out, hash)
    return hash === undefined ? 0 : 1
  }

  /** Runs one frame and, through the host, all below it. */
  execute(execution: Execution, code: Bytes, host: Host): Result {
    const input = this.#placeInput(execution.input)
    if (input === undefined) return { status: 'halt', reason: 'out-of-gas' }
    const isInitCode = execution.kind === 'create' || execution.kind === 'create2'
    const stored = isInitCode ? undefined : this.#codes.place(code)
    const placed = stored ?? this.#codes.placeOnce(code)
    const { gasLimit } = execution
    const gas = gasLimit < MAX_FRAME_GAS ? gasLimit : MAX_FRAME_GAS
    const frame = this.#frames.push(execution, placed, input, gas)
    try {
      const run = stored === undefined ? this.#core.exports.run : () => this.#tier.run(frame, stored)
      return this.#drive(frame, run, { execution, host, spareGas: gasLimit - gas })
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

  #drive(frame: Pointer, run: (frame: Pointer) => number, { execution, host, spareGas }: Drive): Result {
    const { memory } = this.#core
    while (true) {
      const status = run(frame)
      switch (status) {
        case outcome.STATUS_CALL:
          if (this.#call(frame, execution, host)) break
          return { status: 'halt', reason: 'out-of-gas' }
        case outcome.STATUS_CREATE:
          if (this.#create(frame, execution, host)) break
          return { status: 'halt', reason: 'out-of-gas' }
        case outcome.STATUS_HALT:
          return { status: 'halt', reason: haltReason(memory.view.getUint32(frame + layout.FRAME_HALT_REASON, true)) }
        default: {
          const gasLeft = spareGas + memory.view.getBigUint64(frame + layout.FRAME_GAS, true)
          const output = this.#output(frame)
          return { status: status === outcome.STATUS_RETURN ? 'success' : 'revert', output, gasLeft }
        }
      }
    }
  }

  #output(frame: Pointer): Bytes {
    const { memory } = this.#core
    const length = memory.view.getUint32(frame + layout.FRAME_OUTPUT_LENGTH, true)
    if (length === 0) return EMPTY_BYTES
    return memory.readBytes(memory.view.getUint32(frame + layout.FRAME_OUTPUT, true), length)
  }

  /** Runs the call in the mailbox and resumes the frame. False when its return data has no room. */
  #call(frame: Pointer, execution: Execution, host: Host): boolean {
    const core = this.#core
    const message = readCall(core, frame, execution)
    this.#passing = {
      input: message.input,
      placed: {
        pointer: core.memory.view.getUint32(frame + layout.FRAME_ACTION_INPUT, true),
        length: message.input.length,
      },
    }
    const result = host.call(message)
    this.#passing = undefined
    if (!this.#settle(frame, result, result.status === 'halt' ? EMPTY_BYTES : result.output)) return false
    core.exports.resumeCall(frame, Number(result.status === 'success'))
    return true
  }

  /** Runs the creation in the mailbox and pushes the new address. False when its return data has no room. */
  #create(frame: Pointer, execution: Execution, host: Host): boolean {
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

function haltReason(code: number): HaltReason {
  const reason = HALT_REASONS.get(code)
  assert(reason !== undefined, 'the core halts for a known reason')
  return reason
}

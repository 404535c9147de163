import type { Bytes } from '../primitives/index.ts'
import { EMPTY_BYTES, InvariantError, unreachable } from '../primitives/index.ts'
import type { Execution, Host, Result } from '../vm/index.ts'
import { originalOffset } from './codeMap.ts'
import type { Frame } from './frame.ts'
import type { Ending } from './frameEnd.ts'
import { FrameEnd, halt } from './frameEnd.ts'
import type { Gas } from './ink.ts'
import { INK_PER_GAS } from './ink.ts'
import { InkMeter } from './inkMeter.ts'
import type { ContractInstance } from './instance.ts'
import type { InstancePool } from './instancePool.ts'
import { MAX_PAGES, MAX_STACK_WORDS, MAX_TREE_STACK_WORDS } from './limits.ts'
import { openPages } from './memoryModel.ts'
import { METER_STATUS } from './meterFunctions.ts'
import type { PreparedModule } from './prepare.ts'
import { outputGas } from './prices.ts'
import { StorageCache } from './storageCache.ts'
import type { TransactionScratch } from './transactionScratch.ts'
import { RuntimeError } from './v8.ts'

/** A frame to be run: which module's which entry point, with what. */
export type FrameRequest = {
  readonly prepared: PreparedModule
  /** What beginning it costs: see `startGas`. */
  readonly startPrice: Gas
  readonly entry: string
  readonly args: Bytes
  readonly execution: Execution
  /** What of the execution's gas is left for it. */
  readonly gasLimit: bigint
}

const OUT_OF_GAS: Result = { status: 'halt', reason: 'out-of-gas' }

/**
 * Runs one contract frame in an instance of its own, from paying for its start to its result. Leaves of it only what the
 * journal has and the transaction's high-water mark of memory.
 */
export function runFrame(
  request: FrameRequest,
  host: Host,
  scratch: TransactionScratch,
  instances: InstancePool,
): Result {
  const { execution, prepared, startPrice, gasLimit } = request
  const opened = openPages(scratch.memory, prepared.size.initialPages)
  if (opened === undefined) return OUT_OF_GAS
  const price = BigInt(startPrice + opened.price)
  if (gasLimit < price) return OUT_OF_GAS

  const { openPages: pagesBefore } = scratch.memory
  scratch.memory = opened.use
  countOpenFrame(scratch, execution, 1)
  const instance = takeInstance(instances, prepared)
  const { ending, result } = runInstance(request, host, scratch, instance, gasLimit - price)
  instance.end()
  // What trapped would serve as well, but nobody needs it to be quick.
  if (ending.kind === 'exit') instances.giveBack(prepared, instance)
  countOpenFrame(scratch, execution, -1)
  scratch.memory = { openPages: pagesBefore, everPages: scratch.memory.everPages }
  return result
}

function takeInstance(instances: InstancePool, prepared: PreparedModule): ContractInstance {
  try {
    return instances.take(prepared)
  } catch (thrown) {
    throw thrown instanceof RangeError ? limitOfV8(thrown) : thrown
  }
}

function countOpenFrame({ openFrames }: TransactionScratch, { kind, recipient }: Execution, change: number): void {
  if (kind === 'delegatecall' || kind === 'callcode') return
  openFrames.set(recipient, (openFrames.get(recipient) ?? 0) + change)
}

/** More than any block's gas; a simulation's limit may be higher, and an i64 must hold the ink. */
const MAX_METERED_INK = 2n ** 62n
const INK_OF_GAS = BigInt(INK_PER_GAS)

function runInstance(
  request: FrameRequest,
  host: Host,
  scratch: TransactionScratch,
  instance: ContractInstance,
  gasLeft: bigint,
): { readonly ending: Ending; readonly result: Result } {
  const bought = gasLeft * INK_OF_GAS
  const metered = bought < MAX_METERED_INK ? bought : MAX_METERED_INK
  const stackWords = Math.min(MAX_STACK_WORDS, MAX_TREE_STACK_WORDS - scratch.stackWords)

  const frame = createFrame(request, host, scratch, instance, stackWords)
  instance.begin(frame, metered, stackWords)
  const ending = endingOf(instance, () => {
    const status = instance.enter(request.entry, request.args.length)
    return { kind: 'exit', status }
  })
  const settled = ending.kind === 'exit' && ending.status === 0 ? settle(frame, instance, ending) : ending
  const left = (bought - metered + frame.meter.inkLeft) / INK_OF_GAS
  return { ending: settled, result: resultOf(request, frame, settled, left) }
}

/** A success writes what the contract left in its storage cache. */
function settle(frame: Frame, instance: ContractInstance, success: Ending): Ending {
  return endingOf(instance, () => {
    frame.storage.flush()
    return success
  })
}

function createFrame(
  { prepared, execution, args }: FrameRequest,
  host: Host,
  scratch: TransactionScratch,
  instance: ContractInstance,
  stackWords: number,
): Frame {
  const meter = new InkMeter(instance)
  const { memory } = instance
  return {
    execution,
    host,
    scratch,
    args,
    meter,
    memory,
    storage: new StorageCache(host.journal, execution.recipient, meter),
    result: EMPTY_BYTES,
    returnData: EMPTY_BYTES,
    enter: (message) => {
      const used = stackWords - instance.stack.value
      scratch.stackWords += used
      const result = host.call(message)
      scratch.stackWords -= used
      return result
    },
    payForPages: (pages) => payForPages(scratch, meter, pages),
    growMemory: (pages) => {
      const before = memory.pages
      const after = before + pages
      if (after > prepared.maximumPages && after <= MAX_PAGES) return -1
      payForPages(scratch, meter, pages)
      if (pages > 0) memory.grow(pages)
      return before
    },
  }
}

/** No gas buys more than all the pages of a transaction. */
function payForPages(scratch: TransactionScratch, meter: InkMeter, pages: number): void {
  const opened = openPages(scratch.memory, pages)
  if (opened === undefined) halt('out-of-gas')
  meter.chargeGas(opened.price)
  scratch.memory = opened.use
}

/** Runs contract code and says how it ended. */
function endingOf({ status }: ContractInstance, run: () => Ending): Ending {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof FrameEnd) return thrown.ending
    if (thrown instanceof RuntimeError) return endingOfTrap(status.value, thrown)
    throw thrown instanceof RangeError ? limitOfV8(thrown) : thrown
  }
}

/** V8's own limits must never decide an outcome: stack words and pages are metered so that they are not reached. */
function limitOfV8(cause: RangeError): InvariantError {
  return new InvariantError('no frame meets a limit of V8', { cause })
}

function endingOfTrap(status: number, thrown: Error): Ending {
  if (status === METER_STATUS.outOfInk) return { kind: 'halt', reason: 'out-of-gas' }
  if (status === METER_STATUS.outOfStack) return { kind: 'halt', reason: 'call-depth', fault: 'out of stack words' }
  return { kind: 'trap', fault: thrown.message, stack: thrown.stack }
}

function resultOf({ execution, prepared }: FrameRequest, { result }: Frame, ending: Ending, gasLeft: bigint): Result {
  switch (ending.kind) {
    case 'halt':
      return ending.fault === undefined
        ? { status: 'halt', reason: ending.reason }
        : { status: 'halt', reason: ending.reason, fault: ending.fault }
    case 'trap':
      return { status: 'revert', output: EMPTY_BYTES, gasLeft, fault: ending.fault + placeOf(prepared, ending.stack) }
    case 'exit': {
      const most = execution.gasLimit - BigInt(outputGas(result.length))
      if (most < 0n) return OUT_OF_GAS
      const status = ending.status === 0 ? 'success' : 'revert'
      return { status, output: result, gasLeft: gasLeft < most ? gasLeft : most }
    }
    default:
      return unreachable(ending)
  }
}

/** Where in the original module a trap came about, as far as V8's stack trace says it. */
export function placeOf({ codeMap, imports }: PreparedModule, stack = ''): string {
  const [, index, hexOffset] = /wasm-function\[(\d+)\]:0x([0-9a-f]+)/.exec(stack) ?? []
  if (index === undefined || hexOffset === undefined) return ''
  const offset = originalOffset(codeMap, Number.parseInt(hexOffset, 16))
  // One function was imported before the contract's own.
  const place = ` in function ${Number(index) - (Number(index) > imports.length ? 1 : 0)}`
  return offset === undefined ? place : `${place} at byte ${offset}`
}

import type {
  BlockRequest,
  BranchLedger,
  BranchResult,
  EstimateOutcome,
  Head,
  Ledger,
  PendingQuery,
  ProducedBlock,
  ScheduleQuery,
  Simulation,
  SimulationOutcome,
  Simulator,
  StateEdit,
} from '../chain/index.ts'
import { BaseError, type Bytes, type Hash } from '../primitives/index.ts'
import type { LedgerWorkerData } from './ledgerWorker.ts'
import type { MemoryLimits } from './memoryWatch.ts'
import { createMemoryWatch, DEFAULT_MEMORY_LIMITS } from './memoryWatch.ts'
import type { StartThread } from './nodeStore.ts'
import type { Remote } from './remote.ts'
import { connect, endOfThread } from './remote.ts'
import type { SimulatorWorkerData } from './simulatorWorker.ts'
import { createSpareThread } from './spareThread.ts'

/** An `eth_call` that takes longer is ended with its thread. */
const CALL_TIMEOUT_MS = 30_000

/** A ledger in another thread, and what tells that the thread died although nobody closed it. */
export type LedgerThread = { readonly ledger: Ledger; readonly failed: Promise<never> }

/** Starts the ledger's thread and opens the chain in it. */
export async function startLedgerThread(startThread: StartThread, data: LedgerWorkerData): Promise<LedgerThread> {
  const { remote, failed, close } = await startWriter(startThread, 'ledgerWorker.js', data)
  const ledger: Ledger = {
    produce: (request: BlockRequest) => remote.call<ProducedBlock>('produce', request),
    produceIdle: (run) => remote.call<number>('produceIdle', run),
    edit: (edits: readonly StateEdit[]) => remote.call<Head>('edit', edits),
    rewind: (version: bigint) => remote.call<Head>('rewind', version),
    close,
  }
  return { ledger, failed }
}

/** The same for what a network orders. */
export type BranchLedgerThread = { readonly ledger: BranchLedger; readonly failed: Promise<never> }

/** Starts the thread of a branch ledger and opens the chain in it. */
export async function startBranchLedgerThread(
  startThread: StartThread,
  data: LedgerWorkerData,
): Promise<BranchLedgerThread> {
  const { remote, failed, close } = await startWriter(startThread, 'branchLedgerWorker.js', data)
  const ledger: BranchLedger = {
    execute: (parentHash: Hash, request: BlockRequest) =>
      remote.call<BranchResult | undefined>('execute', parentHash, request),
    commit: (blockHash: Hash, order: Bytes) => remote.call<Head>('commit', blockHash, order),
    close,
  }
  return { ledger, failed }
}

/** The thread that alone writes to the store. */
type Writer = { readonly remote: Remote; readonly failed: Promise<never>; close(): Promise<void> }

async function startWriter(startThread: StartThread, file: string, data: LedgerWorkerData): Promise<Writer> {
  const worker = startThread(file, data, data.team === undefined ? [] : [data.team.port])
  const remote = connect(worker, 'ledger')
  let isClosing = false
  const failed = new Promise<never>((_resolve, reject) => {
    worker.on('error', (error) => reject(endOfThread(error, 'ledger')))
    worker.on('exit', () => {
      if (!isClosing) reject(new BaseError('WORKER_ENDED', 'the ledger thread has ended'))
    })
  })
  // Whoever awaits a call hears of it too; this promise alone must not bring the process down.
  failed.catch(() => undefined)
  const close = async (): Promise<void> => {
    isClosing = true
    await remote.call<void>('close')
    await worker.terminate()
  }
  try {
    await remote.call<void>('open')
  } catch (error) {
    isClosing = true
    await worker.terminate()
    throw error
  }
  return { remote, failed, close }
}

/** A simulator in another thread; `close` ends the thread. */
export type SimulatorThread = Simulator & { close(): Promise<void> }

/**
 * Starts the simulator's thread. A call that takes too long or too much memory ends the thread; the next call starts
 * another.
 */
export function startSimulatorThread(
  startThread: StartThread,
  data: SimulatorWorkerData,
  memoryLimits: MemoryLimits = DEFAULT_MEMORY_LIMITS,
): SimulatorThread {
  const thread = createSpareThread((end) => {
    const worker = startThread('simulatorWorker.js', data)
    return { worker, remote: connect(worker, 'simulator'), watch: createMemoryWatch(memoryLimits, end), end }
  })
  const call = <result>(method: string, query: Simulation | ScheduleQuery | PendingQuery): Promise<result> => {
    const { remote, watch, end } = thread.running()
    return withTimeout(watch.during(remote.call<result>(method, query)), CALL_TIMEOUT_MS, end)
  }
  thread.running()
  return {
    call: (simulation) => call<SimulationOutcome>('call', simulation),
    estimateGas: (simulation) => call<EstimateOutcome>('estimateGas', simulation),
    createAccessList: (simulation) => call('createAccessList', simulation),
    schedule: (query) => call('schedule', query),
    pendingBlock: (query) => call('pendingBlock', query),
    pendingProof: (query) => call('pendingProof', query),
    pendingAccount: (query) => call('pendingAccount', query),
    close: thread.close,
  }
}

async function withTimeout<result>(work: Promise<result>, milliseconds: number, expire: () => void): Promise<result> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      expire()
      reject(new BaseError('CALL_TIMEOUT', `execution aborted (timeout = ${milliseconds / 1000}s)`))
    }, milliseconds)
  })
  try {
    return await Promise.race([work, expired])
  } finally {
    clearTimeout(timer)
  }
}

import { createExecution } from '../../../src/node/machines.ts'
import { spawn } from '../../../src/node/spawn.ts'
import { createTeam, teamAt } from '../../../src/node/team.ts'
import type { BlockExecutor, BlockInput, BlockResult, BlockTrace } from '../../../src/parallel/index.ts'
import {
  conflictGraph,
  createParallelExecutor,
  createSequentialExecutor,
  createThreadTeam,
  criticalPath,
  decodeBatch,
  EVERY_BLOCK,
  listSchedule,
  type OrderingRule,
  traceBlock,
} from '../../../src/parallel/index.ts'
import type { Address, Bytes, SignedTransaction } from '../../../src/primitives/index.ts'
import { decodeTransaction } from '../../../src/primitives/index.ts'
import type { StateDiff } from '../../../src/state/index.ts'
import { differencesOf } from '../../harness/parallel/executors.ts'
import { startClocks } from '../evm/clocks.ts'
import type { Times } from '../evm/program.ts'
import { type StoredState, storeState } from './storedBlock.ts'
import { TimedTeam } from './timedTeam.ts'

/** A block to measure, on the state that it begins with. */
export type Case = {
  readonly name: string
  readonly input: BlockInput
  readonly state: StateDiff
  /** The transactions as bytes: then it is also measured how long it takes to recover their senders and execute them. */
  readonly raws: readonly Bytes[] | undefined
}

/** How often, and for how many workers. */
export type Effort = {
  readonly rounds: number
  readonly threads: readonly number[]
  readonly predict: readonly number[]
}

/** The best of the rounds: other programs only ever make one slower. */
export type Best = Times

/** What came of a case. */
export type CaseResult = {
  readonly name: string
  readonly transactions: number
  readonly gasUsed: bigint
  readonly sequential: Best
  /** By number of threads. */
  readonly threads: ReadonlyMap<number, Best>
  /** From bytes: senders are recovered first. In order under 0, and by number of threads. */
  readonly fromBytes: ReadonlyMap<number, Best>
  /** With the access list, on the most threads. */
  readonly replay: Best
  /** Milliseconds, by number of workers. */
  readonly predicted: ReadonlyMap<number, number>
  /** By gas: of any number of workers, and of so many who know the graph. */
  readonly ideal: Ideal
}

/** How much faster a block could be, by its conflict graph. */
export type Ideal = { readonly bound: number; readonly byWorkers: ReadonlyMap<number, number> }

const WARM_UP_ROUNDS = 3
const WORKERS = [2, 4, 8, 16, 32, 64] as const

/** A way to execute the case, and what to keep of a run. */
type Contender = {
  readonly executor: BlockExecutor
  readonly input: BlockInput
  readonly runs: Times[]
  /** What comes before the execution: decodes bytes. */
  readonly decode?: () => readonly SignedTransaction[]
}

/** Measures a case on all executors in turns; throws where one of them has another result. */
export async function measureCase({ name, input, state, raws }: Case, effort: Effort): Promise<CaseResult> {
  const stored = await storeState(state)
  const open: { close(): Promise<void> }[] = [stored]
  try {
    const sequential: Contender = { executor: createSequentialExecutor(createExecution('compiled')), input, runs: [] }
    const expected = sequential.executor.execute(input, stored.view)
    const threads = new Map<number, Contender>()
    const fromBytes = new Map<number, Contender>()
    if (raws !== undefined) fromBytes.set(0, { ...sequential, runs: [], decode: () => raws.map(decodeTransaction) })
    for (const size of effort.threads) {
      const threaded = await threadedExecutor(size, stored)
      open.push(threaded)
      const { executor, team } = threaded
      threads.set(size, { executor, input, runs: [] })
      if (raws !== undefined) fromBytes.set(size, { executor, input, runs: [], decode: () => decodeBatch(team, raws) })
    }
    const widest = threads.get(Math.max(...effort.threads)) ?? sequential
    const replay: Contender = {
      executor: widest.executor,
      input: { ...input, foretold: expected.accessList },
      runs: [],
    }
    const contenders = [sequential, ...threads.values(), replay, ...fromBytes.values()]
    for (let round = 0; round < WARM_UP_ROUNDS + effort.rounds; round += 1) {
      for (const contender of contenders) {
        const { times, result } = timed(contender, stored)
        if (round === 0) check(name, expected, result)
        if (round >= WARM_UP_ROUNDS) contender.runs.push(times)
      }
    }
    return {
      name,
      transactions: input.transactions.length,
      gasUsed: expected.gasUsed,
      sequential: bestOf(sequential.runs),
      threads: new Map([...threads].map(([size, { runs }]) => [size, bestOf(runs)])),
      fromBytes: new Map([...fromBytes].map(([size, { runs }]) => [size, bestOf(runs)])),
      replay: bestOf(replay.runs),
      predicted: new Map(
        effort.predict.map((workers) => [workers, predict({ name, input, expected }, stored, workers, effort.rounds)]),
      ),
      ideal: idealOf(
        traceBlock(createExecution('compiled'), input, stored.view),
        input.context.coinbase,
        'commutative',
      ),
    }
  } finally {
    for (const one of open.reverse()) await one.close()
  }
}

function timed({ executor, input, decode }: Contender, { view }: StoredState): { times: Times; result: BlockResult } {
  const stop = startClocks()
  const transactions = decode?.() ?? input.transactions
  const result = executor.execute({ ...input, transactions }, view)
  return { times: stop(), result }
}

/** A result that is fast and wrong is none. */
function check(name: string, expected: BlockResult, result: BlockResult): void {
  const differences = differencesOf(expected, result)
  if (differences.length > 0) throw new Error(`${name}: ${differences.join('\n')}`)
}

function bestOf(runs: readonly Times[]): Best {
  return {
    wallMs: Math.min(...runs.map(({ wallMs }) => wallMs)),
    cpuMs: Math.min(...runs.map(({ cpuMs }) => cpuMs)),
  }
}

async function threadedExecutor(size: number, { path }: StoredState) {
  const fail = (reason: string): void => {
    throw new Error(`the team of ${size} failed: ${reason}`)
  }
  const owned = createTeam({ startThread: spawn, size, evm: 'compiled', storePath: path, onFailure: fail })
  await owned.start()
  const team = createThreadTeam(teamAt(owned.port, size))
  const parts = createExecution('compiled')
  const executor = createParallelExecutor({ ...parts, team, threshold: EVERY_BLOCK, onFailure: fail })
  return { executor, team, close: () => owned.close() }
}

/** Milliseconds that so many workers would take, the work of the thread that starts the block included; the best of the rounds. */
export function predict(
  { name, input, expected }: { readonly name: string; readonly input: BlockInput; readonly expected: BlockResult },
  { view }: Pick<StoredState, 'view'>,
  workers: number,
  rounds: number,
): number {
  const parts = createExecution('compiled')
  const team = new TimedTeam(workers, parts)
  const executor = createParallelExecutor({ ...parts, team, threshold: EVERY_BLOCK })
  check(name, expected, executor.execute(input, view))
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1) {
    const startMs = performance.now()
    executor.execute(input, view)
    const { makespanMs, elapsedMs } = team.last
    best = Math.min(best, performance.now() - startMs - elapsedMs + makespanMs)
  }
  return best
}

/** What the conflict graph, weighted with gas, allows. */
export function idealOf({ transactions }: BlockTrace, coinbase: Address, rule: OrderingRule): Ideal {
  const accessed = transactions.map((one) => ({ ...one, weight: Number(one.gasUsed) }))
  const graph = conflictGraph(accessed, coinbase, rule)
  const total = graph.weights.reduce((sum, weight) => sum + weight, 0)
  const speedUp = (time: number): number => (time === 0 ? 1 : total / time)
  return {
    bound: speedUp(criticalPath(graph).weight),
    byWorkers: new Map(WORKERS.map((workers) => [workers, speedUp(listSchedule(graph, workers).makespan)])),
  }
}

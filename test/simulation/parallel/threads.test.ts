import { setFlagsFromString } from 'node:v8'
import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { createExecution } from '../../../src/node/machines.ts'
import { spawn } from '../../../src/node/spawn.ts'
import { createTeam, type OwnedTeam, teamAt } from '../../../src/node/team.ts'
import {
  allocateShared,
  type BlockExecutor,
  createParallelExecutor,
  createThreadTeam,
  decodeBatch,
  EVERY_BLOCK,
  type Team,
} from '../../../src/parallel/index.ts'
import {
  RESULT_BYTES,
  RESULT_KIND,
  RESULT_LENGTH,
  RESULT_WAS_FINAL,
  RESULTS_BROKEN,
  TRANSACTION_INPUT,
  TRANSACTION_RESULT,
  TRANSACTION_STATUS,
} from '../../../src/parallel/memory/records.ts'
import { Scheduler } from '../../../src/parallel/scheduler/scheduler.ts'
import { EXECUTED, statusOf } from '../../../src/parallel/scheduler/status.ts'
import { fromHex, InvariantError, rulesOf, ZERO_HASH } from '../../../src/primitives/index.ts'
import { Random } from '../../fuzz/random.ts'
import { createOracle, differencesOf } from '../../harness/parallel/executors.ts'
import { type RandomBlock, randomBlock } from '../../harness/parallel/randomBlock.ts'
import { signed } from '../../harness/testChain.ts'
import { buildTreeContracts } from '../../harness/wasm/treeContracts.ts'
import { addr, hash, testBlock, transaction, world } from '../../harness/world.ts'

/** An executor on threads, what it said, and how many blocks its team finished. */
type Threaded = {
  readonly executor: BlockExecutor
  readonly failures: string[]
  readonly team: OwnedTeam
  readonly workers: readonly Worker[]
  readonly batches: Team
  finished: number
}

const open: OwnedTeam[] = []

/** A block with one transaction that logs so many times: some 500 bytes of a heap each. */
function manyLogs(count: number): Pick<RandomBlock, 'input' | 'view'> {
  const contract = addr(0x2000)
  // PUSH3 count; JUMPDEST; four topics, no data: LOG4; count down; loop.
  const digits = count.toString(16).padStart(6, '0')
  const code = fromHex(`0x62${digits}5b5f5f5f5f5f5fa46001900380600457`)
  return {
    input: {
      rules: rulesOf('cancun'),
      context: { ...testBlock, gasLimit: 10n ** 9n },
      parentHash: hash(0xaa),
      parentBeaconBlockRoot: ZERO_HASH,
      transactions: [transaction({ to: contract, gasLimit: 10n ** 9n, maxFeePerGasWei: 10n ** 9n })],
      blockHash: () => undefined,
    },
    view: world({ [addr(1)]: { balanceWei: 10n ** 21n }, [contract]: { balanceWei: 0n, code } }),
  }
}

async function threaded(size: number): Promise<Threaded> {
  const failures: string[] = []
  const workers: Worker[] = []
  const remember = (worker: Worker): void => {
    workers.push(worker)
  }
  process.on('worker', remember)
  const owned = createTeam({
    startThread: spawn,
    size,
    evm: 'interpreter',
    storePath: undefined,
    onFailure: (text) => failures.push(text),
  })
  open.push(owned)
  await owned.start()
  process.off('worker', remember)
  const team = createThreadTeam(teamAt(owned.port, size))
  const counted: Team = {
    ...team,
    run: (arena, loadBase, help) => {
      const failure = team.run(arena, loadBase, help)
      if (failure === undefined) result.finished += 1
      return failure
    },
  }
  const onFailure = (reason: string): void => void failures.push(reason)
  const parts = createExecution('interpreter')
  const executor = createParallelExecutor({ ...parts, team: counted, threshold: EVERY_BLOCK, onFailure })
  const result: Threaded = { executor, failures, team: owned, workers, batches: counted, finished: 0 }
  return result
}

afterEach(async () => {
  for (const team of open.splice(0)) await team.close()
})

describe('a team of threads', async () => {
  const codes = await buildTreeContracts()
  const oracle = createOracle()
  const blockOf = (index: number): RandomBlock => randomBlock(new Random(3, index), codes)
  const differences = (executor: BlockExecutor, index: number): readonly string[] => {
    const { input, view } = blockOf(index)
    return differencesOf(oracle.execute(input, view), executor.execute(input, view))
  }

  it.each([1, 2, 4, 8])('of %i leaves what the sequential executor leaves', async (size) => {
    const run = await threaded(size)
    for (let index = 0; index < 20; index += 1) expect([index, ...differences(run.executor, index)]).toEqual([index])
    expect(run.failures).toEqual([])
    expect(run.finished).toBe(20)
  })

  it('recovers the senders of a batch', async () => {
    const run = await threaded(2)
    const sent = Array.from({ length: 20 }, (_, index) => signed(index % 3, BigInt(index)))
    const raws = sent.map(({ raw }) => raw)
    expect(decodeBatch(run.batches, raws)).toEqual(sent)
    expect(run.finished).toBe(1)
    expect(() => decodeBatch(run.batches, [...raws, Uint8Array.of(1)])).toThrow(
      expect.objectContaining({ code: 'INVALID_RLP' }),
    )
  })

  it('that lost a worker is done without, and comes back', async () => {
    const run = await threaded(2)
    expect(differences(run.executor, 0)).toEqual([])
    await run.workers[1]?.terminate()
    expect(differences(run.executor, 1)).toEqual([])
    expect(run.finished).toBe(1)
    expect(run.failures).toEqual(['workers are started anew: a worker ended', 'a worker has ended'])
    await expect.poll(() => differences(run.executor, 2).length + run.finished, { timeout: 20_000 }).toBe(2)
  })

  it('whose worker runs out of memory is done without', async () => {
    // Threads that start now get heaps of 40 MB; the flag says nothing to heaps that are there.
    setFlagsFromString('--max-old-space-size=40')
    const run = await threaded(1)
    setFlagsFromString('--max-old-space-size=4096')
    const ended = new Promise<Error>((resolve) => run.workers[0]?.once('error', resolve))
    const { input, view } = manyLogs(80_000)
    const [expected, actual] = [oracle, run.executor].map((executor) => executor.execute(input, view))
    expect(actual?.gasUsed).toBe(expected?.gasUsed)
    expect(actual?.outcomes.map((outcome) => outcome.kind === 'executed' && outcome.logs.length)).toEqual([80_000])
    expect(await ended).toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' })
    expect(run.finished).toBe(0)
    // Who starts the blocks here is the thread that would hear of a worker's end: it waits 15 s for a sign of life.
  }, 400_000)

  it('that met a bug is not done without: who started the block ends', async () => {
    const run = await threaded(2)
    const broken: Team = {
      ...run.batches,
      run: (arena, loadBase, help) => {
        // As if the first transaction had been executed on the final state, and that had broken an invariant.
        const bytes = Buffer.from('J9: so it is', 'utf8')
        const result = arena.takeZeroed(RESULT_BYTES + bytes.length)
        arena.set(result + RESULT_KIND, RESULTS_BROKEN)
        arena.set(result + RESULT_WAS_FINAL, 1)
        arena.set(result + RESULT_LENGTH, bytes.length)
        arena.bytes.set(bytes, (result + RESULT_BYTES) * 4)
        const first = new Scheduler(arena).at(0)
        arena.store(first + TRANSACTION_RESULT, result)
        while (arena.load(first + TRANSACTION_INPUT) === 0) help()
        arena.store(first + TRANSACTION_STATUS, statusOf(EXECUTED, 0))
        return run.batches.run(arena, loadBase, help)
      },
    }
    const parts = createExecution('interpreter')
    const executor = createParallelExecutor({ ...parts, team: broken, threshold: EVERY_BLOCK })
    const { input, view } = blockOf(0)
    expect(() => executor.execute(input, view)).toThrow(new InvariantError('J9: so it is'))
  })

  it('that nobody answers for hangs, and the block is executed all the same', () => {
    const discarded: string[] = []
    const memory = allocateShared(2 ** 24)
    const discard = (reason: string): void => void discarded.push(reason)
    const team = createThreadTeam({ size: 2, memory: () => memory, discard, hangAfterMs: 100 })
    const executor = createParallelExecutor({ ...createExecution('interpreter'), team, threshold: EVERY_BLOCK })
    expect(differences(executor, 0)).toEqual([])
    expect(discarded).toEqual(['a worker hangs: nothing for 100 ms'])
  })
})

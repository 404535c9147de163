import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import type { BlockRequest, Simulation } from '../../../src/chain/index.ts'
import type { LedgerWorkerData } from '../../../src/node/ledgerWorker.ts'
import type { MemoryLimits } from '../../../src/node/memoryWatch.ts'
import { createMemoryWatch, DEFAULT_MEMORY_LIMITS } from '../../../src/node/memoryWatch.ts'
import { connect } from '../../../src/node/remote.ts'
import type { SimulatorWorkerData } from '../../../src/node/simulatorWorker.ts'
import { startLedgerThread, startSimulatorThread } from '../../../src/node/threads.ts'

const MIB = 2 ** 20

/** Answers calls as a simulator does, in its own way: by the number of the thread, after filling memory or for ever. */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads')
  const kept = []
  parentPort.on('message', ({ id, args: [wanted] }) => {
    if (wanted === 'machine') while (true) kept.push(Buffer.alloc(2 ** 20, 1))
    if (wanted === 'heap') while (true) kept.push(Array.from({ length: 1000 }, (_, index) => ({ index })))
    if (wanted === 'some') kept.push(Buffer.alloc(100 * 2 ** 20, 1))
    if (wanted !== 'nothing') parentPort.postMessage({ id, value: workerData })
  })`

const workers: Worker[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()))
})

/** A simulator whose threads run {@link PROGRAM}; its calls take a word for a simulation. */
function simulatorWithin(limits: Partial<MemoryLimits>) {
  const startThread = (): Worker => {
    const worker = new Worker(PROGRAM, {
      eval: true,
      workerData: workers.length + 1,
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    })
    workers.push(worker)
    return worker
  }
  const simulator = startSimulatorThread(startThread, {} as SimulatorWorkerData, {
    ...DEFAULT_MEMORY_LIMITS,
    lookEveryMs: 10,
    ...limits,
  })
  return {
    call: (wanted: string): Promise<unknown> => simulator.call(wanted as unknown as Simulation),
    close: () => simulator.close(),
  }
}

const OUT_OF_MEMORY = expect.objectContaining({ code: 'OUT_OF_MEMORY' })

describe('the thread of calls', () => {
  test('ends when one takes more memory than the machine should give, and another takes its place', async () => {
    const { call, close } = simulatorWithin({ growthBytes: 150 * MIB })
    expect(await call('')).toBe(1)
    const [hog, waiting] = await Promise.allSettled([call('machine'), call('')])
    expect(hog).toMatchObject({ reason: { code: 'OUT_OF_MEMORY', message: expect.stringContaining('150 MiB') } })
    expect(waiting).toMatchObject({ reason: OUT_OF_MEMORY })
    expect(await call('')).toBe(2)
    await close()
  })

  test('ends when its heap is full, and another takes its place', async () => {
    const { call, close } = simulatorWithin({})
    await expect(call('heap')).rejects.toEqual(OUT_OF_MEMORY)
    expect(await call('')).toBe(2)
    await close()
  })

  test('goes on when what it takes is little', async () => {
    const { call, close } = simulatorWithin({ growthBytes: 4_096 * MIB })
    expect(await call('some')).toBe(1)
    expect(await call('')).toBe(1)
    await close()
  })

  test('is left when it keeps much of what it took', async () => {
    const { call, close } = simulatorWithin({ growthBytes: 300 * MIB })
    expect(await call('some')).toBe(1)
    expect(await call('')).toBe(2)
    await close()
  })
})

describe('the watch', () => {
  const watched = () => {
    let [bytes, ended] = [1_000, 0]
    const limits = { growthBytes: 100, lookEveryMs: 1, residentBytes: () => bytes }
    const watch = createMemoryWatch(limits, () => {
      ended += 1
    })
    return { watch, grow: (by: number) => (bytes += by), ended: () => ended }
  }
  const open = () => {
    let resolve: (value: string) => void = () => undefined
    const work = new Promise<string>((done) => {
      resolve = done
    })
    return { work, resolve }
  }

  test('counts from where the thread had nothing to do', async () => {
    const { watch, grow, ended } = watched()
    for (let round = 0; round < 50; round += 1) {
      const { work, resolve } = open()
      const seen = watch.during(work)
      grow(25)
      resolve('done')
      expect(await seen).toBe('done')
    }
    expect(ended()).toBe(0)
  })

  test('counts on while there is any work', async () => {
    const { watch, grow, ended } = watched()
    const [first, second] = [open(), open()]
    const one = watch.during(first.work)
    grow(60)
    const two = watch.during(second.work)
    first.resolve('done')
    expect(await one).toBe('done')
    grow(60)
    await expect(two).rejects.toEqual(OUT_OF_MEMORY)
    expect(ended()).toBeGreaterThan(0)
  })

  test('passes on what the work throws', async () => {
    const { watch } = watched()
    await expect(watch.during(Promise.reject(new Error('so it is')))).rejects.toThrow('so it is')
  })
})

test('any thread whose heap is full ends with a name', async () => {
  const worker = new Worker(PROGRAM, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32 } })
  workers.push(worker)
  await expect(connect(worker, 'ledger').call('work', 'heap')).rejects.toMatchObject({
    code: 'OUT_OF_MEMORY',
    message: 'the ledger thread ran out of memory',
  })
})

test('the thread that stores blocks ends the node under that name: what it was storing is not stored', async () => {
  const opens = PROGRAM.replace('args: [wanted]', "method, args: [wanted = method === 'produce' ? 'heap' : '']")
  const startThread = (): Worker => {
    const worker = new Worker(opens, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32 } })
    workers.push(worker)
    return worker
  }
  const { ledger, failed } = await startLedgerThread(startThread, {} as LedgerWorkerData)
  await expect(ledger.produce(undefined as unknown as BlockRequest)).rejects.toEqual(OUT_OF_MEMORY)
  await expect(failed).rejects.toEqual(OUT_OF_MEMORY)
})

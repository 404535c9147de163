import type { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { createDecoder, type Decoder } from '../../../src/node/senders.ts'
import { signed } from '../../harness/testChain.ts'

const transactions = Array.from({ length: 20 }, (_, index) => signed(index % 3, BigInt(index)))
const raws = transactions.map(({ raw }) => raw)
const GARBAGE = Uint8Array.of(0x02, 0xc0)

/** A decoder whose threads are up, and how often they answered. */
type Running = { readonly decoder: Decoder; readonly workers: readonly Worker[]; answers: number }

const open: Decoder[] = []

afterEach(async () => {
  for (const decoder of open.splice(0)) await decoder.close()
})

async function running(): Promise<Running> {
  const decoder = createDecoder(3)
  open.push(decoder)
  const workers: Worker[] = []
  const state: Running = { decoder, workers, answers: 0 }
  const remember = (worker: Worker): void => {
    workers.push(worker)
    worker.on('message', () => {
      state.answers += 1
    })
  }
  process.on('worker', remember)
  expect(await decoder.decodeAll(raws)).toEqual(transactions)
  process.off('worker', remember)
  // Each says once that it is up.
  await expect.poll(() => state.answers, { timeout: 50_000 }).toBe(workers.length)
  return state
}

describe('threads that recover senders', () => {
  test('are not started by a node that has one core to itself', async () => {
    const started: Worker[] = []
    const remember = (worker: Worker): void => void started.push(worker)
    process.on('worker', remember)
    const decoder = createDecoder(1)
    open.push(decoder)
    expect(await decoder.decodeAll([GARBAGE, ...raws])).toEqual([undefined, ...transactions])
    expect(await Promise.all(raws.map((raw) => decoder.decode(raw)))).toEqual(transactions)
    process.off('worker', remember)
    expect(started).toEqual([])
  })

  test('find those of a batch; what is none has none', async () => {
    const state = await running()
    const before = state.answers
    expect(await state.decoder.decodeAll([GARBAGE, ...raws])).toEqual([undefined, ...transactions])
    expect(state.answers).toBeGreaterThan(before)
  })

  test('find those that are asked for one by one in one turn, and each is told what is wrong with its own', async () => {
    const state = await running()
    const before = state.answers
    const asked = [...raws, GARBAGE].map((raw) => state.decoder.decode(raw))
    await expect(asked.at(-1)).rejects.toMatchObject({ code: 'RLP_INVALID_VALUE' })
    expect(await Promise.all(asked.slice(0, -1))).toEqual(transactions)
    expect(state.answers).toBeGreaterThan(before)
  })

  test('are not asked for a few, and not needed', async () => {
    const state = await running()
    const before = state.answers
    expect(await state.decoder.decode(raws[0] ?? GARBAGE)).toEqual(transactions[0])
    await Promise.all(state.workers.map((worker) => worker.terminate()))
    expect(await state.decoder.decodeAll(raws)).toEqual(transactions)
    expect(state.answers).toBe(before)
  })

  test('that end over a batch leave it to their owner', async () => {
    const state = await running()
    const decoded = state.decoder.decodeAll(raws)
    for (const worker of state.workers) void worker.terminate()
    expect(await decoded).toEqual(transactions)
  })
})

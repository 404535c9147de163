import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { buildProgram } from './support/program.ts'

/** As in the node: execution has 64 MB of stack. A test's own thread has 1 MB. */
const STACK_MB = 64

/** Starts a program of support/ as a thread. */
async function start(name: string, stackSizeMb: number): Promise<Worker> {
  return new Worker(await buildProgram(name), { resourceLimits: { stackSizeMb } })
}

test('no tree of contract frames reaches the end of the native stack', async () => {
  const worker = await start('deepStackWorker', STACK_MB)
  const [report] = await once(worker, 'message')
  await worker.terminate()

  // Recursive: 6 operands, 1 parameter, 4 words and 1 for 16 instructions are 12 a level, 12,012 and 6 a frame. Of 262,144
  // words 21 frames leave room for 817 levels of the 22nd, which fails; the one that called it goes on.
  expect(report).toMatchObject({ recursive: { status: 'success', frames: 21 }, hoarder: { status: 'halt', frames: 0 } })
})

/**
 * 1,024 nested calls: the VMs alternate until the 128 pages of a transaction are open, one in each WebAssembly frame, and
 * those frames take all but a few of its 262,144 words. Measured: V8 needs between 6 and 8 MB for it with optimised code.
 */
describe('the deepest tree that the limits allow, across both VMs', () => {
  test.each([
    ['the stack that the node gives', STACK_MB],
    ['a quarter of it', STACK_MB / 4],
  ])('fits %s', async (_name, stackMb) => {
    const worker = await start('deepTreeWorker', stackMb)
    worker.postMessage(15)
    const [deepest] = await once(worker, 'message')
    worker.postMessage(16)
    const [beyond] = await once(worker, 'message')
    await worker.terminate()

    expect(deepest).toEqual({ status: 'success', depth: 1024, wasmFrames: 128 })
    // One activation more in each, and the last frames lack words.
    expect(beyond.depth).toBeLessThan(1024)
  })
})

import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { decompressBrotli } from '../../../src/node/brotli.ts'
import { threadModuleExchange } from '../../../src/node/moduleExchange.ts'
import { NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import type { PreparedModule } from '../../../src/wasm/prepare.ts'
import { createPreparer, type Preparer, UNLIMITED } from '../../../src/wasm/prepare.ts'
import { contract } from './support/world.ts'

const workers: Worker[] = []
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate()
})

const code = contract('(i32.const 0)')
const compiledOf = (module: ReturnType<Preparer['prepare']>) =>
  module.kind === 'prepared' ? module.compiled : undefined

describe('modules that other threads prepared', () => {
  test('are taken instead of being prepared again', () => {
    const offered = new Map<string, PreparedModule>()
    const first = createPreparer(
      { decompress: decompressBrotli },
      {
        offer: (key, made) => offered.set(key, made),
        take: () => undefined,
      },
    )
    const made = first.prepare(code, NEWEST_WASM_RULES, UNLIMITED)
    expect([...offered.values()]).toEqual([made])

    const waiting = [...offered].map(([key, prepared]) => ({ key, prepared }))
    const second = createPreparer(
      { decompress: decompressBrotli },
      { offer: () => expect.unreachable(), take: () => waiting.pop() },
    )
    expect(compiledOf(second.prepare(code, NEWEST_WASM_RULES, UNLIMITED))).toBe(compiledOf(made))
    expect(waiting).toEqual([])
  })

  test('do not pile up in a thread that finds all it looks for', () => {
    let count = 0
    const taker = createPreparer(
      { decompress: decompressBrotli },
      {
        offer: () => undefined,
        take: () => {
          count += 1
          return undefined
        },
      },
    )
    for (let lookup = 0; lookup < 3_000; lookup += 1) taker.prepare(code, NEWEST_WASM_RULES, UNLIMITED)
    expect(count).toBe(3)
  })

  test.each([
    ['in the middle of the work of this one', async () => undefined],
    ['while this one is idle', () => new Promise<void>((done) => setTimeout(done, 50))],
  ])('arrive from a real thread %s', async (_name, idle) => {
    const here = threadModuleExchange()
    while (here.take() !== undefined) {}
    const flag = new Int32Array(new SharedArrayBuffer(4))
    const program = `
      const { BroadcastChannel, workerData } = require('node:worker_threads')
      const channel = new BroadcastChannel('evmpp.wasm-modules')
      channel.postMessage({ key: 'theirs', prepared: { compiled: new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) } })
      Atomics.store(workerData, 0, 1)
      Atomics.notify(workerData, 0)
      setInterval(() => {}, 1000)`
    workers.push(new Worker(program, { eval: true, workerData: flag }))
    Atomics.wait(flag, 0, 0)
    await idle()
    const taken = here.take()
    expect(taken?.key).toBe('theirs')
    expect(String(taken?.prepared.compiled)).toBe('[object WebAssembly.Module]')
    expect(here.take()).toBeUndefined()
  })
})

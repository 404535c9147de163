import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** As in the node: execution has 64 MB of stack. A test's own thread has 1 MB. */
const STACK_MB = 64
const root = fileURLToPath(new URL('../../../', import.meta.url))

test('no tree of contract frames reaches the end of the native stack', async () => {
  // Inside the checkout, so that the worker finds its packages.
  const outfile = `${root}node_modules/.cache/evmpp/deepStackWorker.mjs`
  mkdirSync(`${root}node_modules/.cache/evmpp`, { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('./support/deepStackWorker.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'error',
  })
  const worker = new Worker(outfile, { resourceLimits: { stackSizeMb: STACK_MB } })
  const [report] = await once(worker, 'message')
  await worker.terminate()

  // Recursive: 6 operands, 1 parameter, 4 words and 1 for 16 instructions are 12 a level, 12,012 and 6 a frame. Of 262,144
  // words 21 frames leave room for 817 levels of the 22nd, which fails; the one that called it goes on.
  expect(report).toMatchObject({ recursive: { status: 'success', frames: 21 }, hoarder: { status: 'halt', frames: 0 } })
})

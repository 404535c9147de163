import { spawn as startProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { openNodeStore } from '../../../src/node/nodeStore.ts'

const folder = mkdtempSync(join(tmpdir(), 'evmpp-threads-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('threads end in the middle of native code, and with the process, and nothing aborts', async () => {
  const bundle = join('dist', 'test-endThreads.mjs')
  await build({
    entryPoints: ['test/harness/node/endThreadsWorker.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  const child = startProcess(process.execPath, [bundle, '12'], { stdio: ['ignore', 'inherit', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const end = await new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })))
  expect({ end, stderr }).toEqual({ end: { code: 7, signal: null }, stderr: '' })
})

test('NS1: a store is closed after the threads that have it open have ended', async () => {
  const path = join(folder, 'db')
  const nodeStore = await openNodeStore(path, { create: true, durable: false })
  const data = { storePath: path, chainId: 1n, hardfork: 'osaka', evm: 'interpreter' }
  const threads = [nodeStore.startThread('simulatorWorker.js', data), nodeStore.startThread('simulatorWorker.js', data)]
  let ended = 0
  for (const thread of threads) thread.on('exit', () => (ended += 1))
  await new Promise((resolve) => threads[0]?.once('online', resolve))
  await Promise.all([nodeStore.close(), nodeStore.close()])
  expect(ended).toBe(2)
  expect(() => nodeStore.store.get(Uint8Array.of(1))).toThrow()
})

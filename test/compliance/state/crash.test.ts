import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLevelStore } from '../../../src/state/index.ts'
import { lastBatch } from './crashBatch.ts'

const folder = mkdtempSync(join(tmpdir(), 'evmpp-crash-'))
/** Inside node_modules, so that the bundle finds the packages that it does not hold. */
const writer = fileURLToPath(new URL('../../../node_modules/.cache/evmpp/crashWriter.mjs', import.meta.url))

beforeAll(() =>
  build({
    entryPoints: [fileURLToPath(new URL('crashWriter.ts', import.meta.url))],
    outfile: writer,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  }),
)
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts a writer, kills it at a random moment after some batches, and says which batch was acknowledged last. */
async function writeAndKill(path: string): Promise<number> {
  const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const patience = 1 + Math.floor(Math.random() * 40)
  let acknowledged = 0
  let count = 0
  for await (const line of createInterface(child.stdout)) {
    acknowledged = Number(line)
    count += 1
    if (count === patience) setTimeout(() => child.kill('SIGKILL'), Math.random() * 4)
  }
  await ended
  return acknowledged
}

test('kill -9 at any moment: every batch is whole, every acknowledged batch is there (S1)', async () => {
  const path = join(folder, 'store')
  let before = 0
  for (let round = 0; round < 6; round += 1) {
    const acknowledged = await writeAndKill(path)
    expect(acknowledged).toBeGreaterThan(before)
    const store = await openLevelStore(path, { create: false, durable: true })
    const found = lastBatch(store)
    await store.close()
    expect([acknowledged, acknowledged + 1]).toContain(found)
    before = found
  }
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createMemoryStore, openLevelStore } from '../../../src/state/index.ts'
import { storeSuite } from '../store.ts'

const folder = mkdtempSync(join(tmpdir(), 'evmpp-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
const newLevel = (durable: boolean) => {
  count += 1
  return openLevelStore(join(folder, String(count)), { create: true, durable })
}

storeSuite('memory', async () => createMemoryStore())
storeSuite('level', () => newLevel(true))
storeSuite('level, not durable', () => newLevel(false))

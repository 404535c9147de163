import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openLevelStore } from '../../../src/state/index.ts'

const root = mkdtempSync(join(tmpdir(), 'evmpp-level-'))
afterAll(() => rmSync(root, { recursive: true }))

const key = Uint8Array.of(1)
const value = Uint8Array.of(2)
let count = 0
let path = ''
beforeEach(() => {
  count += 1
  path = join(root, String(count))
})

const open = (create = true) => openLevelStore(path, { create, durable: false })

async function filledStore(): Promise<void> {
  const store = await open()
  await store.write([{ key, value }])
  await store.close()
}

/** The files that matter: LevelDB keeps a diary of every opening in LOG. */
function contents(): readonly (readonly [string, string])[] {
  return readdirSync(path)
    .filter((name) => !name.startsWith('LO'))
    .map((name) => [name, readFileSync(join(path, name), 'latin1')])
}

test('what was written is there after closing and opening', async () => {
  await filledStore()
  const store = await open(false)
  expect(store.get(key)).toEqual(value)
  await store.close()
})

test('two in one process share a store, and closing the later one leaves the first', async () => {
  const [first, second] = [await open(), await open(false)]
  await first.write([{ key, value }])
  expect(second.get(key)).toEqual(value)
  await second.close()
  expect(first.get(key)).toEqual(value)
  await first.close()
})

describe('refuses, with advice, and touches nothing:', () => {
  test('a store that is not there', async () => {
    await expect(open(false)).rejects.toMatchObject({ code: 'STORE_MISSING', advice: [expect.any(String)] })
    expect(() => readdirSync(path)).toThrow('ENOENT')
  })

  test('a folder that holds something else', async () => {
    mkdirSync(path)
    writeFileSync(join(path, 'thesis.txt'), 'years of work')
    await expect(open()).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
    expect(readdirSync(path)).toEqual(['thesis.txt'])
  })

  test('a store whose CURRENT is lost', async () => {
    await filledStore()
    rmSync(join(path, 'CURRENT'))
    const before = contents()
    await expect(open()).rejects.toMatchObject({ code: 'STORE_FOREIGN' })
    expect(contents()).toEqual(before)
  })

  test.each([
    ['CURRENT is garbage', (at: string) => writeFileSync(join(at, 'CURRENT'), 'garbage')],
    ['CURRENT names a file that is gone', (at: string) => writeFileSync(join(at, 'CURRENT'), 'MANIFEST-000099\n')],
    [
      'the manifest is garbage',
      (at: string) =>
        writeFileSync(join(at, readdirSync(at).find((name) => name.startsWith('MANIFEST')) ?? ''), 'x'.repeat(40)),
    ],
  ])('%s', async (_name, damage) => {
    await filledStore()
    damage(path)
    const before = contents()
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining(path),
      advice: [expect.any(String)],
    })
    expect(contents()).toEqual(before)
  })

  test('a path that is a file', async () => {
    writeFileSync(path, '')
    await expect(open()).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  test('a store that another process has', async () => {
    await filledStore()
    const script = `new (require('classic-level').ClassicLevel)(process.argv[1]).open().then(() => console.log('open')); setInterval(() => {}, 1000)`
    const other = spawn(process.execPath, ['-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve) => other.once('close', resolve))
    for await (const line of createInterface(other.stdout)) {
      if (line === 'open') break
    }
    await expect(open()).rejects.toMatchObject({ code: 'STORE_LOCKED', advice: [expect.any(String)] })
    other.kill('SIGKILL')
    await ended
    await (await open(false)).close()
  })
})

test('a store that died while it was being made can be made again', async () => {
  await filledStore()
  const unborn = `${path}-unborn`
  cpSync(path, unborn, { recursive: true, filter: (file) => !/CURRENT|\.log$/.test(file) })
  const store = await openLevelStore(unborn, { create: true, durable: false })
  expect(store.get(key)).toBeUndefined()
  await store.close()
})

import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli, startNodeProcess, temporaryDirectory } from '../harness/nodeProcess.ts'

const directory = temporaryDirectory()
const whole = join(directory.path, 'whole')

beforeAll(async () => {
  const node = await startNodeProcess(['--datadir', whole])
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'hardhat_mine', params: ['0x5'] })
  await fetch(node.ready.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  expect(await node.end('SIGTERM')).toBe(0)
  // Once more, so that the log of the first run becomes a table file.
  await (await startNodeProcess(['--datadir', whole])).end('SIGTERM')
})
afterAll(() => directory.remove())

/** Digests of every file but LevelDB's own diary and lock. */
function digests(path: string): Readonly<Record<string, string>> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.|CURRENT|MANIFEST/.test(name) && !/LOG|LOCK/.test(name),
  )
  return Object.fromEntries(
    names.sort().map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(path, name)))
        .digest('hex'),
    ]),
  )
}

function find(path: string, pattern: RegExp): string {
  const name = readdirSync(join(path, 'db')).find((candidate) => pattern.test(candidate))
  if (name === undefined) throw new Error(`no file ${pattern} in ${path}`)
  return join(path, 'db', name)
}

describe('a damaged database', () => {
  it.each([
    ['CURRENT is garbage', (path: string) => writeFileSync(join(path, 'db/CURRENT'), 'garbage')],
    ['CURRENT is gone', (path: string) => unlinkSync(join(path, 'db/CURRENT'))],
    ['its manifest is gone', (path: string) => unlinkSync(find(path, /MANIFEST/))],
    ['its manifest is cut', (path: string) => truncateSync(find(path, /MANIFEST/), 10)],
    ['a table is gone', (path: string) => unlinkSync(find(path, /\.ldb$/))],
    ['a table is cut', (path: string) => truncateSync(find(path, /\.ldb$/), 100)],
  ])('is refused and not touched when %s', async (name, damage) => {
    const path = join(directory.path, name.replaceAll(' ', '-'))
    mkdirSync(path)
    cpSync(whole, path, { recursive: true })
    damage(path)
    const before = digests(path)
    const { code, stdout, stderr } = await runCli(['dev', '--port', '0', '--datadir', path])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/damaged|no store/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(digests(path)).toEqual(before)
  })
})

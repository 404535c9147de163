import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { projectRoot } from '../harness/nodeProcess.ts'

const sdk = join(projectRoot, 'asm-contracts/sdk')

/** The files that `npm publish` would publish of a folder. */
async function packed(folder: string): Promise<readonly string[]> {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const { stdout } = await promisify(execFile)('npm', words, { cwd: folder, maxBuffer: 2 ** 24 })
  const [{ files }] = JSON.parse(stdout)
  return files.map(({ path }: { readonly path: string }) => path)
}

const sources = readdirSync(sdk).filter((name) => name.endsWith('.ts'))
const beside = ['README.md', 'editor.cjs', 'package.json', 'tsconfig.json', 'types/index.d.ts']

test('the SDK is a package: its sources, what an editor needs, and nothing else', async () => {
  expect(await packed(sdk)).toEqual(expect.arrayContaining([...sources, ...beside]))
  expect(await packed(sdk)).toHaveLength(sources.length + beside.length)
  const versionIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  expect(versionIn(sdk)).toBe(versionIn(projectRoot))
})

test('the program comes with the SDK and with what a new project is made of', async () => {
  const files = await packed(projectRoot)
  const templates = readdirSync(join(projectRoot, 'templates'), { recursive: true, withFileTypes: true })
  const expected = [
    ...['bin/evmpp.mjs', 'dist/cli.js', 'dist/testing.js', 'dist/types/testing/index.d.ts'],
    ...[...sources, ...beside].map((name) => `asm-contracts/sdk/${name}`),
    ...templates
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(projectRoot.length)),
  ]
  expect(files).toEqual(expect.arrayContaining(expected))
  expect(files.filter((path) => /^(src|test|node_modules)\//.test(path))).toEqual([])
})

import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { projectRoot, runCli, runNode, temporaryDirectory } from '../harness/nodeProcess.ts'

vi.setConfig({ testTimeout: 400_000 })

const directory = temporaryDirectory()
afterAll(() => directory.remove())

test.each([
  ['my project', [], 'contracts/Counter.ts'],
  ['counter-solidity', ['--lang', 'solidity'], 'contracts/Counter.sol'],
  ['token-as', ['--template', 'token'], 'contracts/Token.ts'],
  ['token-solidity', ['--template', 'token', '--lang', 'solidity'], 'contracts/Token.sol'],
  ['cross-as', ['--template', 'cross-call'], 'contracts/Stepper.ts'],
  ['cross-solidity', ['--template', 'cross-call', '--lang', 'solidity'], 'contracts/Stepper.sol'],
])('a new project builds, and its own tests pass: %s', async (folderName, options, source) => {
  const folder = await makeProject(folderName, options)
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['.gitignore', '.vscode', 'README.md', 'contracts', 'package.json', 'test']),
  )
  const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(name).toBe(folderName.replace(' ', '-'))
  expect(await runCli(['build'], folder)).toMatchObject({ code: 0, stdout: expect.stringContaining(source) })
  expect(await runTests(folder)).toMatchObject({ code: 0, stdout: expect.stringMatching(/Tests +3 passed/) })
})

test('what the guide writes works as it stands', async () => {
  const folder = await makeProject('my-vault', ['--template', 'token', '--lang', 'solidity'])
  const bound = await runCli(['bind', 'contracts/Token.sol', '--out', 'contracts/IToken.ts'], folder)
  expect(bound).toMatchObject({ code: 0 })
  const guide = readFileSync(join(projectRoot, 'docs/sdk-guide.md'), 'utf8')
  const files = [...guide.matchAll(/^```\w+\n\/\/ ((?:contracts|test)\/\S+)\n([\s\S]*?)^```$/gm)]
  expect(files.map(([, path]) => path)).toEqual([
    'contracts/Vault.ts',
    'test/vault.test.mjs',
    'contracts/Saver.sol',
    'test/saver.test.mjs',
  ])
  for (const [, path = '', text = ''] of files) {
    writeFileSync(join(folder, path), text)
    // As a reader would, who builds before going on: the last contract imports what the build wrote.
    if (path.endsWith('Vault.ts')) expect(await runCli(['build'], folder)).toMatchObject({ code: 0, stderr: '' })
  }
  expect(await runTests(folder)).toMatchObject({ code: 0, stdout: expect.stringMatching(/Tests +7 passed/) })
})

/** `evmpp new`, and what `npm install` does, without a registry. */
async function makeProject(name: string, options: readonly string[]): Promise<string> {
  expect(await runCli(['new', name, ...options], directory.path)).toMatchObject({ code: 0, stderr: '' })
  const folder = join(directory.path, name)
  const { devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const [dependency, version] of Object.entries<string>(devDependencies)) {
    const installed = join(folder, 'node_modules', dependency)
    mkdirSync(dirname(installed), { recursive: true })
    symlinkSync(
      version.startsWith('file:') ? version.slice('file:'.length) : join(projectRoot, 'node_modules', dependency),
      installed,
    )
  }
  return folder
}

const runTests = (folder: string) =>
  runNode([join(projectRoot, 'node_modules/vitest/vitest.mjs'), 'run', '--no-color'], folder)

test('a folder with something in it is left alone', async () => {
  const made = await runCli(['new', '.'], projectRoot)
  expect(made).toMatchObject({ code: 1, stderr: 'The folder . is not empty. Choose another folder.\n' })
})

test('a template or language that is none is one sentence', async () => {
  const made = await runCli(['new', 'x', '--template', 'dao'], directory.path)
  expect(made).toMatchObject({ code: 2, stderr: '--template takes counter, token, cross-call, not "dao".\n' })
  expect(await runCli(['new', 'x', '--lang', 'rust'], directory.path)).toMatchObject({ code: 2 })
})

import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
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
  expect(await runCli(['new', folderName, ...options], directory.path)).toMatchObject({ code: 0, stderr: '' })
  const folder = join(directory.path, folderName)
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['.gitignore', '.vscode', 'README.md', 'contracts', 'package.json', 'test']),
  )
  const { name, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(name).toBe(folderName.replace(' ', '-'))

  // What `npm install` does, without a registry.
  for (const [dependency, version] of Object.entries<string>(devDependencies)) {
    const installed = join(folder, 'node_modules', dependency)
    mkdirSync(dirname(installed), { recursive: true })
    symlinkSync(
      version.startsWith('file:') ? version.slice('file:'.length) : join(projectRoot, 'node_modules', dependency),
      installed,
    )
  }
  expect(await runCli(['build'], folder)).toMatchObject({ code: 0, stdout: expect.stringContaining(source) })
  const tested = await runNode([join(projectRoot, 'node_modules/vitest/vitest.mjs'), 'run', '--no-color'], folder)
  expect(tested).toMatchObject({ code: 0, stdout: expect.stringMatching(/Tests +3 passed/) })
})

test('a folder with something in it is left alone', async () => {
  const made = await runCli(['new', '.'], projectRoot)
  expect(made).toMatchObject({ code: 1, stderr: 'The folder . is not empty. Choose another folder.\n' })
})

test('a template or language that is none is one sentence', async () => {
  const made = await runCli(['new', 'x', '--template', 'dao'], directory.path)
  expect(made).toMatchObject({ code: 2, stderr: '--template takes counter, token, cross-call, not "dao".\n' })
  expect(await runCli(['new', 'x', '--lang', 'rust'], directory.path)).toMatchObject({ code: 2 })
})

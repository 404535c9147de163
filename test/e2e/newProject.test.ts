import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { projectRoot, runCli, runNode, temporaryDirectory } from '../harness/nodeProcess.ts'

vi.setConfig({ testTimeout: 400_000 })

const directory = temporaryDirectory()
afterAll(() => directory.remove())

test('a new project builds, and its own tests pass', async () => {
  const made = await runCli(['new', 'my project'], directory.path)
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const folder = join(directory.path, 'my project')
  expect(readdirSync(folder)).toEqual(
    expect.arrayContaining(['.gitignore', 'README.md', 'contracts', 'package.json', 'test']),
  )
  const { name, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  expect(name).toBe('my-project')

  // What `npm install` does, without a registry.
  mkdirSync(join(folder, 'node_modules'))
  for (const dependency of Object.keys(devDependencies)) {
    const installed = dependency === 'evmpp' ? projectRoot : join(projectRoot, 'node_modules', dependency)
    symlinkSync(installed, join(folder, 'node_modules', dependency))
  }
  expect(await runCli(['build'], folder)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('contracts/Counter.ts'),
  })
  const tested = await runNode([join(projectRoot, 'node_modules/vitest/vitest.mjs'), 'run', '--no-color'], folder)
  expect(tested).toMatchObject({ code: 0, stdout: expect.stringMatching(/Tests +3 passed/) })
})

test('a folder with something in it is left alone', async () => {
  const made = await runCli(['new', '.'], projectRoot)
  expect(made).toMatchObject({ code: 1, stderr: 'The folder . is not empty. Choose another folder.\n' })
})

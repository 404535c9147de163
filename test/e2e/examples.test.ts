import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { projectRoot } from '../harness/nodeProcess.ts'

vi.setConfig({ testTimeout: 400_000 })

const folder = join(projectRoot, 'examples')

/** Runs a program of this checkout to its end, and expects it to succeed; what it printed. */
function run(script: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [script, ...args], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  return new Promise((resolve, reject) =>
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${script} ended with ${code}: ${output}`)),
    ),
  )
}

/** What each example prints, in part. */
const examples: Readonly<Record<string, readonly RegExp[]>> = {
  '01-deploy-both.mjs': [
    /^Counter\.sol: number 42, slot 0 42, 1 event/m,
    /^Counter\.ts: number 42, slot 0 42, 1 event/m,
  ],
  '02-cross-call.mjs': [
    /^Caller\.sol calls Counter\.ts: 7$/m,
    /^Caller\.ts calls Counter\.sol: 7$/m,
    /^Caller\.ts calls Counter\.sol once too often: Arithmetic operation/m,
  ],
}

describe('every example runs', () => {
  test.each(Object.entries(examples))('%s', async (name, expected) => {
    const output = await run(join(folder, name))
    for (const line of expected) expect(output).toMatch(line)
  })

  test('03-test-a-contract.test.mjs', async () => {
    const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs')
    expect(await run(vitest, 'run', '--root', folder, '--no-color')).toMatch(/Tests +3 passed/)
  })

  test('and none is forgotten here', () => {
    const numbered = readdirSync(folder).filter((name) => /^\d/.test(name))
    expect(numbered.toSorted()).toEqual([...Object.keys(examples), '03-test-a-contract.test.mjs'])
  })
})

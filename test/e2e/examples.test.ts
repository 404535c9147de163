import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { projectRoot, runNode } from '../harness/nodeProcess.ts'

vi.setConfig({ testTimeout: 400_000 })

const folder = join(projectRoot, 'examples')

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

// Examples that are tests themselves are a project of vitest's.
describe('every example runs', () => {
  test.each(Object.entries(examples))('%s', async (name, expected) => {
    const { code, stdout, stderr } = await runNode([join(folder, name)])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    for (const line of expected) expect(stdout).toMatch(line)
  })

  test('and none is forgotten here', () => {
    const numbered = readdirSync(folder).filter((name) => /^\d.*(?<!test)\.mjs$/.test(name))
    expect(numbered.toSorted()).toEqual(Object.keys(examples))
  })
})

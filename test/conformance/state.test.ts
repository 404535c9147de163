import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const fixtures = join(root, '../shared/fixtures')

/** What is quick and touches most rules; `npm run conformance -- state <directory>` runs the rest. */
const suites = [
  'ethereum-tests/GeneralStateTests/stExample',
  'ethereum-tests/GeneralStateTests/stSStoreTest',
  'ethereum-tests/GeneralStateTests/stCreate2',
  'ethereum-tests/GeneralStateTests/stTransitionTest',
  'ethereum-tests/GeneralStateTests/stTransactionTest',
  'ethereum-tests/GeneralStateTests/Cancun',
  'execution-spec-tests/state_tests/osaka',
]

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'scripts/buildConformance.mjs')])
})

const isAbsent = (suite: string) => !existsSync(join(fixtures, suite))
const absent = suites.filter(isAbsent)
if (absent.length > 0) console.log(`skipped, for there are no fixtures under ${fixtures}: ${absent.join(', ')}`)

for (const suite of suites) {
  test.skipIf(isAbsent(suite))(`state tests: ${suite}`, () => {
    const args = [join(root, 'dist/conformance.js'), 'state', join(fixtures, suite)]
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
    expect(stdout.trim().split('\n').at(-1), stdout + stderr).toMatch(/^[1-9]\d* passed, 0 failed, 0 skipped$/)
    expect(status).toBe(0)
  })
}

/** Runs the checks, then every test, and closes with one line of counts. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, root } from './project.mjs'

const results = join(root, 'dist/test-results.json')

ensureBuilt()
rmSync(results, { force: true })
const run = (script, args) =>
  spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    .status === 0

const isChecked = run('scripts/check.mjs', [])
const isTested = run('scripts/test.mjs', ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`])

const counts = existsSync(results)
  ? JSON.parse(readFileSync(results, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 }
const passed = counts.numPassedTests + (isChecked ? 1 : 0)
// A file that does not even load fails without a failed test.
const failed = Math.max(counts.numFailedTests, isTested ? 0 : 1) + (isChecked ? 0 : 1)
const skipped = counts.numPendingTests + counts.numTodoTests

process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`)
process.exit(failed === 0 ? 0 : 1)

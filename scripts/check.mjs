/** `npm run check`: format, lint, types, layers, unused code. Every check runs; the first failure decides the exit code. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, root, say } from './project.mjs'

ensureBuilt()

const checks = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']],
  ['types', 'node_modules/typescript/bin/tsc', ['-p', '.']],
  [
    'layers',
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    ['--config', '.dependency-cruiser.mjs', 'src'],
  ],
  ['unused code', 'node_modules/knip/bin/knip.js', []],
]

let failed = 0
for (const [name, script, args] of checks) {
  const result = spawnSync(process.execPath, [join(root, script), ...args], { cwd: root, stdio: 'inherit' })
  say(`${result.status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  if (result.status !== 0) failed += 1
}
process.exit(failed === 0 ? 0 : 1)

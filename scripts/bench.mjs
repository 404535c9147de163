/** `npm run bench -- <name>`: runs test/bench/<name>.bench.mjs, or the program that test/bench/<name>/main.ts is. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { becomeTestTool } from './buildTestTool.mjs'
import { become, ensureBuilt, root, say } from './project.mjs'

const folder = join(root, 'test/bench')
const scriptOf = (name) => join(folder, `${name}.bench.mjs`)

/** What can be named: a script by its own name, a program by its folder's. */
function benchmarks() {
  const scripts = readdirSync(folder).flatMap((file) => /^(\w+)\.bench\.mjs$/.exec(file)?.[1] ?? [])
  const programs = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'main.ts')))
  return [...scripts, ...programs].sort()
}

// What is left are the benchmark's own arguments.
const [name = ''] = process.argv.splice(2, 1)
if (!benchmarks().includes(name)) {
  say(`npm run bench -- ${benchmarks().join('|')}`)
  process.exit(1)
} else if (existsSync(scriptOf(name))) {
  ensureBuilt()
  become(process.execPath, [scriptOf(name), ...process.argv.slice(2)])
} else {
  await becomeTestTool(`bench${name[0].toUpperCase()}${name.slice(1)}`)
}

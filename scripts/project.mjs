/** What every script of this project needs: install and build what is not up to date, then run something. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout, without a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

/** Says one line on stderr: stdout belongs to the program that is started (`--json`). */
export function say(line) {
  process.stderr.write(`${line}\n`)
}

/** Ends the process with one sentence when Node is older than package.json asks for. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  say(`evmpp needs Node 20.19 or newer and this is ${process.versions.node}: install a newer Node and try again.`)
  process.exit(1)
}

/** Runs a command to its end, its stdout on our stderr; ends the process when it fails. */
function runOrExit(command, args, failure) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (result.status === 0) return
  say(failure)
  process.exit(1)
}

function digestOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths)
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}

/** Every file below `folder` (relative to the root), sorted. */
function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => !path.includes('node_modules') && statSync(join(root, path)).isFile())
    .sort()
}

/** Runs `work` unless the stamp says that it ran on the same input. */
function onceFor(stampPath, digest, work) {
  const stamp = join(root, stampPath)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  work()
  mkdirSync(join(stamp, '..'), { recursive: true })
  writeFileSync(stamp, digest)
}

/** Installs the dependencies that package-lock.json names, unless that was done. */
export function ensureInstalled() {
  checkNode()
  onceFor('node_modules/.evmpp-installed', digestOf(['package.json', 'package-lock.json']), () => {
    say('Installing dependencies (once, about half a minute) ...')
    // Not `npm ci`: it refuses a lock file without the binaries of every platform, and not every registry has them all.
    const args = ['install', '--no-save', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error']
    runOrExit(npm, args, 'npm install failed: see its message above.')
  })
}

/** Builds dist/ unless it is up to date. Installs first. */
export function ensureBuilt() {
  ensureInstalled()
  const inputs = [...filesBelow('src'), ...filesBelow('scripts'), 'package-lock.json']
  onceFor('dist/.stamp', digestOf(inputs), () => {
    say('Building ...')
    runOrExit(process.execPath, [join(root, 'scripts/build.mjs')], 'The build failed: see the message above.')
  })
}

/** Runs a program with our own standard streams and ends as it ends; passes signals on. */
export function become(command, args) {
  const child = spawn(command, args, { cwd: process.cwd(), stdio: 'inherit' })
  // A terminal sends Ctrl-C to the whole group, so the child has it already; a kill to us alone must be passed on.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)))
}

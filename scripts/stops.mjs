/**
 * `npm run stops`: starts a development node, loads it, and stops it in the middle of that, again and again.
 *
 *   --rounds n    how many times (default 200)
 *   --cli file    another build's dist/cli.js
 *
 * Passes when every stop by SIGTERM, SIGINT or SIGHUP ends with exit code 0 within 20 seconds, every tenth, where a second
 * signal follows at once, with 0 or 130, and each start finds the chain of the one before. Blocks are large, so that the
 * database compacts in the background when it is closed.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { ensureBuilt, root, say } from './project.mjs'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, cli: { type: 'string' } },
})
const rounds = Number(values.rounds)
const STOP_MS = 20_000
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']
/** Rounds that go on with one chain. */
const ROUNDS_PER_CHAIN = 20
const CLIENTS = 4
const DATA_BYTES = 60_000

if (values.cli === undefined) ensureBuilt()
const cli = values.cli ?? join(root, 'dist/cli.js')
const folder = mkdtempSync(join(tmpdir(), 'evmpp-stops-'))
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const data = `0x${randomBytes(DATA_BYTES).toString('hex')}`

async function start(args) {
  const words = ['dev', '--port', '0', '--json', '--quiet', ...args]
  const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exited = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr: stderr.slice(0, 500) }))
  })
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line)
      if (event.kind === 'ready') resolve(event)
    })
  })
  return { child, exited, ready: await Promise.race([ready, exited.then(() => undefined)]) }
}

async function ask(url, method, params) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { result } = await response.json()
  return result
}

/** Sends large transactions and reads until the node is gone; the newest block that was told of. */
async function load({ url, accounts }) {
  let newest = 0
  const client = async ({ address }) => {
    for (let count = 0; ; count += 1) {
      const first = count % 4 === 0 ? data : '0x'
      const sent = { from: address, to: address, data: first, gas: first === '0x' ? '0x5208' : hex(50 * DATA_BYTES) }
      if ((await ask(url, 'eth_sendTransaction', [sent])) === undefined) continue
      const block = Number(await ask(url, 'eth_blockNumber', []))
      if (block > newest) newest = block
      await ask(url, 'eth_call', [{ to: address, data: '0x' }, 'latest'])
    }
  }
  await Promise.all(accounts.slice(0, CLIENTS).map((account) => client(account).catch(() => undefined)))
  return newest
}

const hex = (number) => `0x${number.toString(16)}`

async function round(number, head) {
  const path = join(folder, String(Math.floor(number / ROUNDS_PER_CHAIN)))
  // Every other one executes on workers, which open the database too.
  const executor = number % 2 === 0 ? ['--executor', 'parallel', '--workers', '2'] : []
  const { child, exited, ready } = await start(['--datadir', path, ...executor])
  if (ready === undefined) return { fault: `it did not start: ${JSON.stringify(await exited)}`, head }
  if (ready.blockNumber < head) return { fault: `it began at block ${ready.blockNumber}, not ${head}`, head }
  const loading = load(ready)
  await sleep(200 + ((number * 379) % 1500))
  const isTwice = number % 10 === 9
  child.kill(SIGNALS[number % SIGNALS.length])
  if (isTwice) {
    await sleep(20)
    child.kill('SIGTERM')
  }
  const late = sleep(STOP_MS).then(() => ({ code: 'none', signal: 'still runs' }))
  const end = await Promise.race([exited, late])
  child.kill('SIGKILL')
  const isRight = end.signal === null && (end.code === 0 || (isTwice && end.code === 130))
  return { fault: isRight ? undefined : JSON.stringify(end), head: await loading }
}

let faults = 0
let head = 0
for (let number = 0; number < rounds; number += 1) {
  if (number % ROUNDS_PER_CHAIN === 0) head = 0
  const result = await round(number, head)
  head = result.head
  if (result.fault !== undefined) {
    faults += 1
    say(`round ${number}: ${result.fault}`)
  }
  if (number % ROUNDS_PER_CHAIN === ROUNDS_PER_CHAIN - 1) {
    say(`${number + 1} rounds, ${faults} faults, block ${head}`)
    rmSync(join(folder, String(Math.floor(number / ROUNDS_PER_CHAIN))), { recursive: true, force: true })
  }
}
rmSync(folder, { recursive: true, force: true })
say(`${rounds} starts, loads and stops: ${faults} faults`)
process.exit(faults === 0 ? 0 : 1)

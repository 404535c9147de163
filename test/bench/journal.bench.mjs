/**
 * `npm run bench -- journal`: the journal in the core against the one on Maps, both through the Journal interface; and what
 * the same costs inside the core, where the EVM's instructions are. Every result is checked.
 */
import { strict as assert } from 'node:assert'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { build } from 'esbuild'
import { compileCore } from '../../scripts/buildCore.mjs'
import { root } from '../../scripts/project.mjs'
import { nanosecondsPerRun, printTable } from './measure.mjs'

const SLOTS = 64
const PASSES = 50

const loopsPath = 'src/core/assembly/benchJournal.ts'
/** The core with loops of SLOAD and SSTORE, warm, as the interpreter does them. */
const loopsSource = `export * from './index'
import { setSlot, slotValue, slotWasWarm, touchSlot } from './journal'
export function sloadLoop(id: u32, keys: usize, count: u32, passes: u32): u64 {
  let sum: u64 = 0
  for (let pass: u32 = 0; pass < passes; pass++)
    for (let i: u32 = 0; i < count; i++) sum += load<u64>(slotValue(touchSlot(id, keys + (i << 5)))) + slotWasWarm
  return sum
}
export function sstoreLoop(id: u32, keys: usize, count: u32, passes: u32): void {
  for (let pass: u32 = 0; pass < passes; pass++)
    for (let i: u32 = 0; i < count; i++) setSlot(touchSlot(id, keys + (i << 5)), keys + (((i + pass) % count) << 5))
}`

async function loadRooms() {
  const outfile = join(root, 'dist/benchJournal.js')
  const contents = ['primitives', 'core', 'state'].map((room) => `export * from './src/${room}/index.ts'`).join('\n')
  const stdin = { contents, resolveDir: root }
  await build({
    stdin,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  return import(pathToFileURL(outfile).href)
}

// As the node compiles the core: with the optimising compiler at once.
setFlagsFromString('--no-liftoff')
const { createCore, createCoreJournal, createJournal, EMPTY_CODE_HASH, keccakHash, rulesOf, viewOf, wordToBytes } =
  await loadRooms()
const unreached = () => assert.fail('the journal answers')
const host = { loadAccount: unreached, loadCode: unreached, loadSlot: unreached, blockHash: unreached }
const core = createCore(new WebAssembly.Module(await compileCore(loopsPath, { [loopsPath]: loopsSource })), host)

const [sender, contract] = [1, 2].map((n) => `0x${n.toString().repeat(40)}`)
const keys = Array.from({ length: SLOTS }, (_, n) => BigInt(keccakHash(wordToBytes(BigInt(n)))))
const accountOf = (address, balanceWei, storage) => ({
  address,
  account: { nonce: 1n, balanceWei, codeHash: EMPTY_CODE_HASH },
  code: undefined,
  storageReset: false,
  storage,
})
const sorted = keys.map((key, n) => [key, BigInt(n)]).sort(([a], [b]) => (a < b ? -1 : 1))
const view = viewOf([accountOf(sender, 10n ** 24n, []), accountOf(contract, 0n, sorted)])
const valueSum = keys.reduce((sum, _, n) => sum + BigInt(n), 0n)
const osaka = rulesOf('osaka')

function sload(journal) {
  let sum = 0n
  for (const key of keys) {
    journal.touchSlot(contract, key)
    sum += journal.storage(contract, key)
  }
  assert.equal(sum, valueSum)
}

let round = 0n
function sstore(journal) {
  round += 1n
  for (const key of keys) {
    journal.touchSlot(contract, key)
    journal.setStorage(contract, key, round)
  }
  assert.equal(journal.storage(contract, keys[7]), round)
}

function revert(journal) {
  const before = journal.storage(contract, keys[7])
  const start = journal.checkpoint()
  sstore(journal)
  journal.rollback(start)
  assert.equal(journal.storage(contract, keys[7]), before)
}

/** What the router asks for a plain transfer. */
function transfer(journal) {
  journal.begin(view)
  const gas = 21_000n * 10n ** 9n
  const isFit = journal.nonce(sender) === 1n && journal.code(sender).length === 0 && journal.balance(sender) > gas
  journal.subtractBalance(sender, gas)
  journal.setNonce(sender, 2n)
  for (const address of [sender, contract]) journal.touchAddress(address)
  journal.checkpoint()
  journal.subtractBalance(sender, 5n)
  journal.addBalance(contract, 5n)
  const { diff } = journal.finish(osaka)
  assert.ok(isFit && diff.length === 2 && diff[1].account.balanceWei === 5n)
}

const repeat = (run) => (journal) => () => {
  for (let i = 0; i < PASSES; i++) run(journal)
}
const fresh = (run) => (journal) => {
  journal.begin(view)
  run(journal)
}
const finished = (run) => (journal) => {
  fresh(run)(journal)
  assert.equal(journal.finish(osaka).access.reads.size, SLOTS + 1)
}

const cases = [
  ['warm read: touch, read', repeat(sload), SLOTS],
  ['cold read: begin, touch, read', repeat(fresh(sload)), SLOTS],
  ['warm write: touch, write', repeat(sstore), SLOTS],
  ['cold write: begin, touch, write', repeat(fresh(sstore)), SLOTS],
  ['write, rolled back', repeat(revert), SLOTS],
  ['cold write and its share of finish', repeat(finished(sstore)), SLOTS],
  ['transfer, begin to finish', repeat(transfer), 1],
]

const journals = [createCoreJournal(core), createJournal()]
const rows = cases.map(([name, batchOf, perPass]) => {
  const [ours, theirs] = journals.map((journal) => {
    journal.begin(view)
    return nanosecondsPerRun(batchOf(journal), PASSES * perPass)
  })
  return [name, ours.toFixed(0), theirs.toFixed(0), (theirs / ours).toFixed(2)]
})
printTable(['through the interface; ns', 'core', 'Maps', 'Maps / core'], rows)

function insideCore() {
  const { exports, memory } = core
  journals[0].begin(view)
  sload(journals[0])
  const address = exports.allocate(32)
  memory.writeAddress(address, contract)
  const id = exports.accountOf(address)
  const list = exports.allocate(SLOTS * 32)
  for (const [n, key] of keys.entries()) memory.writeWord(list + n * 32, key)
  const read = nanosecondsPerRun(() => exports.sloadLoop(id, list, SLOTS, PASSES), SLOTS * PASSES)
  assert.equal(exports.sloadLoop(id, list, SLOTS, 1), valueSum + BigInt(SLOTS))
  const write = nanosecondsPerRun(() => exports.sstoreLoop(id, list, SLOTS, PASSES), SLOTS * PASSES)
  assert.equal(journals[0].storage(contract, keys[0]), keys[PASSES - 1])
  return [
    ['warm SLOAD', read.toFixed(1)],
    ['warm SSTORE of another value', write.toFixed(1)],
  ]
}
printTable(['inside the core; ns', 'core'], insideCore())

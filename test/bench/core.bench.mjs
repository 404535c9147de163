/** `npm run bench -- core`: Keccak against hash-wasm and @noble/hashes, words against bigints. Every result is checked. */
import { strict as assert } from 'node:assert'
import { setFlagsFromString } from 'node:v8'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { createKeccak } from 'hash-wasm'
import { compileCore } from '../../scripts/buildCore.mjs'
import { nanosecondsPerRun, printTable } from './measure.mjs'

const OPERANDS = 64
const PASSES = 50

const files = {
  word: ['add', 'sub', 'mul', 'and', 'shl', 'shr', 'sar', 'byteAt', 'signExtend'],
  division: ['div', 'mod', 'sdiv', 'smod'],
  modular: ['addmod', 'mulmod', 'exp'],
}
const loopOf = (name) => `export function ${name}Loop(out: usize, a: usize, b: usize, m: usize, passes: i32): void {
  for (let pass = 0; pass < passes; pass++)
    for (let at: usize = 0; at < ${OPERANDS * 32}; at += 32) ${name}(out + at, a + at, b + at${/addmod|mulmod/.test(name) ? ', m + at' : ''})
}`

/** The core with a loop around each operation: a call from JavaScript takes longer than an addition. */
function loopsSource() {
  const imports = Object.entries(files).map(([file, names]) => `import { ${names.join(', ')} } from './${file}'`)
  const loops = Object.values(files).flat().map(loopOf)
  return ["export { keccak256, keccak256Pair } from './keccak'", ...imports, ...loops].join('\n')
}

async function instantiateLoops() {
  const path = 'src/core/assembly/benchLoops.ts'
  // As the node compiles the core: with the optimising compiler at once.
  setFlagsFromString('--no-liftoff')
  const { instance } = await WebAssembly.instantiate(await compileCore(path, { [path]: loopsSource() }))
  return instance.exports
}

const core = await instantiateLoops()
const buffer = Buffer.from(core.memory.buffer)
const view = new DataView(core.memory.buffer)
const [A, B, M, OUT] = [1, 2, 3, 4].map((n) => 0x100000 * n)

function writeWord(pointer, word) {
  for (let i = 0n; i < 4n; i++) view.setBigUint64(pointer + 8 * Number(i), BigInt.asUintN(64, word >> (64n * i)), true)
}

function readWord(pointer) {
  return [3, 2, 1, 0].reduce((word, i) => (word << 64n) | view.getBigUint64(pointer + 8 * i, true), 0n)
}

let seed = 1n
/** A number of `bits` bits, the highest of which is 1. */
function randomWord(bits) {
  seed = BigInt.asUintN(256, seed * 0x5851f42d4c957f2d14057b7ef767814f5851f42d4c957f2d14057b7ef767815fn + 0x1234567n)
  return bits === 0 ? 0n : (seed >> BigInt(256 - bits)) | (1n << BigInt(bits - 1))
}

const unsigned = (a) => BigInt.asUintN(256, a)
const signed = (a) => BigInt.asIntN(256, a)
function power(base, exponent) {
  let result = 1n
  for (const bit of exponent.toString(2)) result = unsigned(result * result * (bit === '1' ? base : 1n))
  return result
}

/** Operation, bits of its operands, the same on bigints. */
const wordCases = [
  ['add', [256, 256], (a, b) => unsigned(a + b)],
  ['sub', [256, 256], (a, b) => unsigned(a - b)],
  ['mul', [64, 64], (a, b) => unsigned(a * b)],
  ['mul', [128, 60], (a, b) => unsigned(a * b)],
  ['mul', [256, 256], (a, b) => unsigned(a * b)],
  ['and', [256, 256], (a, b) => a & b],
  ['shl', [8, 256], (a, b) => unsigned(b << a)],
  ['shr', [8, 256], (a, b) => b >> a],
  ['sar', [8, 256], (a, b) => unsigned(signed(b) >> a)],
  ['byteAt', [5, 256], (a, b) => (b >> (8n * (31n - a))) & 255n],
  ['signExtend', [4, 256], (a, b) => unsigned(BigInt.asIntN(8 * (Number(a) + 1), b))],
  ['div', [64, 32], (a, b) => a / b],
  ['div', [128, 60], (a, b) => a / b],
  ['div', [256, 60], (a, b) => a / b],
  ['div', [256, 128], (a, b) => a / b],
  ['div', [256, 190], (a, b) => a / b],
  ['div', [256, 250], (a, b) => a / b],
  ['mod', [256, 160], (a, b) => a % b],
  ['sdiv', [256, 128], (a, b) => unsigned(signed(a) / signed(b))],
  ['smod', [256, 60], (a, b) => unsigned(signed(a) % signed(b))],
  ['addmod', [253, 253, 254], (a, b, m) => (a + b) % m],
  ['addmod', [256, 256, 254], (a, b, m) => (a + b) % m],
  ['mulmod', [60, 60, 60], (a, b, m) => (a * b) % m],
  ['mulmod', [128, 128, 128], (a, b, m) => (a * b) % m],
  ['mulmod', [254, 254, 254], (a, b, m) => (a * b) % m],
  ['exp', [8, 5], power],
  ['exp', [256, 32], power],
  ['exp', [256, 256], power],
]

function measureWords([name, bits, model]) {
  const operands = Array.from({ length: OPERANDS }, () => [0, 1, 2].map((i) => randomWord(bits[i] ?? 0)))
  for (const [n, words] of operands.entries())
    for (const [i, at] of [A, B, M].entries()) writeWord(at + 32 * n, words[i])
  const run = core[`${name}Loop`]
  const ours = nanosecondsPerRun(() => run(OUT, A, B, M, PASSES), OPERANDS * PASSES)
  for (const [n, words] of operands.entries()) assert.equal(readWord(OUT + 32 * n), model(...words), `${name} ${words}`)
  const theirs = nanosecondsPerRun(() => operands.map((words) => model(...words)), OPERANDS)
  return [`${name} ${bits.join(' ')}`, ours.toFixed(1), theirs.toFixed(0), (theirs / ours).toFixed(1)]
}

const keccak = await createKeccak(256)
const HASHES = 200

function measureKeccak(length) {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255)
  buffer.set(bytes, A)
  const expected = Buffer.from(keccak_256(bytes)).toString('hex')
  const peers = [() => keccak.init().update(bytes).digest('binary'), () => keccak_256(bytes)]
  const digest = (pointer) => buffer.toString('hex', pointer, pointer + 32)
  const repeat = (run) => () => {
    for (let i = 0; i < HASHES; i++) run()
  }
  const ours = nanosecondsPerRun(
    repeat(() => core.keccak256(A, length, OUT)),
    HASHES,
  )
  assert.equal(digest(OUT), expected)
  const pair =
    nanosecondsPerRun(
      repeat(() => core.keccak256Pair(A, length, A, length, OUT, OUT + 32)),
      HASHES,
    ) / 2
  assert.deepEqual([digest(OUT), digest(OUT + 32)], [expected, expected])
  const [hashWasm, noble] = peers.map((run) => nanosecondsPerRun(repeat(run), HASHES))
  const times = [ours, pair, hashWasm, noble].map((ns) => (ns / 1000).toFixed(2))
  return [`${length} bytes`, ...times, (hashWasm / ours).toFixed(1), (noble / ours).toFixed(1)]
}

printTable(
  ['Keccak-256, us', 'core', 'core, of a pair', 'hash-wasm', 'noble', 'hash-wasm / core', 'noble / core'],
  [0, 32, 64, 136, 532, 4096].map(measureKeccak),
)
printTable(['operation, bits of operands; ns', 'core', 'bigint', 'bigint / core'], wordCases.map(measureWords))

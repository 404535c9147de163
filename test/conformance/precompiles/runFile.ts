import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { Hardfork } from '../../../src/primitives/index.ts'
import { fromHex, toAddress, toHex } from '../../../src/primitives/index.ts'
import type { Precompile } from '../../../src/vm/index.ts'
import type { Json } from '../fixtureJson.ts'
import { isObject, textOf } from '../fixtureJson.ts'
import type { Engines, Job, Verdict } from '../verdict.ts'
import { verdictOf } from '../verdict.ts'

/** Which precompile a file of vectors is for, and under which fork its prices are those of the file. */
const FILES: ReadonlyMap<string, readonly [address: number, hardfork: Hardfork]> = new Map([
  ['ecRecover', [0x01, 'osaka']],
  ['modexp', [0x05, 'byzantium']],
  ['modexp_eip2565', [0x05, 'berlin']],
  ['modexp_eip7883', [0x05, 'osaka']],
  ['bn256Add', [0x06, 'istanbul']],
  ['bn256ScalarMul', [0x07, 'istanbul']],
  ['bn256Pairing', [0x08, 'istanbul']],
  ['blake2F', [0x09, 'osaka']],
  ['pointEvaluation', [0x0a, 'osaka']],
  ['blsG1Add', [0x0b, 'osaka']],
  // A multiplication is a sum of one.
  ['blsG1Mul', [0x0c, 'osaka']],
  ['blsG1MultiExp', [0x0c, 'osaka']],
  ['blsG2Add', [0x0d, 'osaka']],
  ['blsG2Mul', [0x0e, 'osaka']],
  ['blsG2MultiExp', [0x0e, 'osaka']],
  ['blsPairing', [0x0f, 'osaka']],
  ['blsMapG1', [0x10, 'osaka']],
  ['blsMapG2', [0x11, 'osaka']],
  ['p256Verify', [0x100, 'osaka']],
])

/** Enough for every vector that must fail for its input. */
const MUCH_GAS = 100_000_000n

/**
 * Runs a file of vectors of a precompile in geth's form: its output and, to the unit, its price. A file `fail-…` holds inputs that must
 * halt. Source: go-ethereum, core/vm/testdata/precompiles.
 */
export function runPrecompileTests({ engine }: Engines, { path }: Job): readonly Verdict[] {
  const file = basename(path, '.json').replace(/^fail-/, '')
  const known = FILES.get(file)
  if (known === undefined) return [{ status: 'skipped', name: file, detail: 'no precompile of that name' }]
  const [address, hardfork] = known
  const at = toAddress(`0x${address.toString(16).padStart(40, '0')}`)
  const precompile = engine.machinesOf(hardfork).precompiles.get(at)
  if (precompile === undefined) return [verdictOf(file, [`${hardfork} has no precompile at ${at}`])]
  return vectorsOf(path).map((vector) => verdictOf(textOf(vector, 'Name'), differencesOf(precompile, vector)))
}

function vectorsOf(path: string): readonly Json[] {
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!Array.isArray(content) || !content.every(isObject)) throw new Error(`${path} does not hold a list of vectors`)
  return content
}

function differencesOf(precompile: Precompile, vector: Json): readonly string[] {
  const input = fromHex(`0x${textOf(vector, 'Input')}`)
  if ('ExpectedError' in vector) {
    const { status } = precompile(input, MUCH_GAS)
    return status === 'halt' ? [] : [`ended as ${status}, expected: ${textOf(vector, 'ExpectedError')}`]
  }
  const gas = BigInt(Number(vector.Gas))
  const result = precompile(input, gas)
  if (result.status !== 'success') return [`ended as ${result.status} with ${gas} gas`]
  const expected = `0x${textOf(vector, 'Expected')}`
  return [
    ...(toHex(result.output) === expected ? [] : [`output is ${toHex(result.output)}, expected ${expected}`]),
    ...(result.gasLeft === 0n ? [] : [`${result.gasLeft} of ${gas} gas are left`]),
    ...(gas > 0n && precompile(input, gas - 1n).status !== 'halt' ? [`${gas - 1n} gas are enough`] : []),
  ]
}

import type { Bytes, RlpItem } from '../../../src/primitives/index.ts'
import {
  BaseError,
  equalBytes,
  fromHex,
  rlpDecode,
  rlpEncode,
  toHex,
  trimmedBytes,
} from '../../../src/primitives/index.ts'
import { isObject, readObject, textOf } from '../fixtureJson.ts'
import type { Job, Verdict } from '../verdict.ts'
import { verdictOf } from '../verdict.ts'

/**
 * Runs every test of a file of RLPTests: `in` is an item, or says of the bytes `out` just whether they are valid. Source:
 * https://ethereum-tests.readthedocs.io, "RLP Tests".
 */
export function runRlpTests({ path }: Job): readonly Verdict[] {
  return Object.entries(readObject(path)).map(([name, test]) => {
    if (!isObject(test)) return verdictOf(name, ['is not a test'])
    const out = textOf(test, 'out')
    return verdictOf(name, differencesOf(test.in, fromHex(out.startsWith('0x') ? out : `0x${out}`)))
  })
}

function differencesOf(input: unknown, bytes: Bytes): readonly string[] {
  const decoded = decodedOr(bytes)
  if (input === 'INVALID') return decoded === undefined ? [] : ['the bytes were taken']
  if (decoded === undefined) return ['the bytes were refused']
  const again = equalBytes(rlpEncode(decoded), bytes) ? [] : ['what was decoded is encoded otherwise']
  if (input === 'VALID') return again
  const encoded = rlpEncode(itemOf(input))
  return equalBytes(encoded, bytes) ? again : [...again, `encoded as ${toHex(encoded)}`]
}

function decodedOr(bytes: Bytes): RlpItem | undefined {
  try {
    return rlpDecode(bytes)
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}

/** A text is its bytes, `#` and digits a large number. */
function itemOf(input: unknown): RlpItem {
  if (Array.isArray(input)) return input.map(itemOf)
  if (typeof input === 'number') return trimmedBytes(BigInt(input))
  if (typeof input !== 'string') throw new Error(`an item is ${typeof input}`)
  return input.startsWith('#') ? trimmedBytes(BigInt(input.slice(1))) : new TextEncoder().encode(input)
}

import { blake2b } from '@noble/hashes/blake2.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { referencePrecompiles } from '../../../src/evm/index.ts'
import { forkOf } from '../../../src/evm/reference/fork.ts'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import {
  addressOfPrivateKey,
  concatBytes,
  fromHex,
  keccak256,
  signDigest,
  toAddress,
  toHex,
  wordToBytes,
} from '../../../src/primitives/index.ts'

const address = (low: number) => toAddress(`0x${low.toString(16).padStart(40, '0')}`)

function call(hardfork: Hardfork, low: number, input: Bytes, gasLimit = 1_000_000n) {
  const precompile = referencePrecompiles(hardfork).get(address(low))
  if (precompile === undefined) throw new Error(`no precompile at ${low} under ${hardfork}`)
  return precompile(input, gasLimit)
}

describe('which precompiles there are', () => {
  const range = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
  test.each<[Hardfork, number[]]>([
    ['frontier', range(4)],
    ['byzantium', range(8)],
    ['istanbul', range(9)],
    ['cancun', range(0x0a)],
    ['prague', range(0x11)],
    ['osaka', [...range(0x11), 0x100]],
  ])('%s', (hardfork, expected) => {
    expect([...referencePrecompiles(hardfork).keys()].sort()).toEqual(expected.map(address).sort())
  })
})

describe('ECRECOVER', () => {
  const key = fromHex(`0x${'42'.repeat(32)}`)
  const digest = keccak256(fromHex('0x01'))
  const { r, s, yParity } = signDigest(digest, key)
  const input = (v: bigint, rWord = r) => concatBytes(digest, wordToBytes(v), wordToBytes(rWord), wordToBytes(s))
  const signer = concatBytes(new Uint8Array(12), fromHex(addressOfPrivateKey(key)))

  test('gives the signer as a word, for 3000 gas', () => {
    expect(call('osaka', 1, input(27n + BigInt(yParity)))).toEqual({
      status: 'success',
      output: signer,
      gasLeft: 997_000n,
    })
  })

  test('ignores what follows the signature', () => {
    const longer = concatBytes(input(27n + BigInt(yParity)), fromHex('0xffff'))
    expect(call('osaka', 1, longer)).toMatchObject({ output: signer })
  })

  test.each([
    ['a parity in place of v', input(BigInt(yParity))],
    ['an r of 0', input(27n + BigInt(yParity), 0n)],
    ['a v whose high bytes are not 0', input(2n ** 64n + 27n + BigInt(yParity))],
    ['no input', new Uint8Array(0)],
  ])('gives nothing for %s, at full price', (_name, bytes) => {
    expect(call('osaka', 1, bytes)).toEqual({ status: 'success', output: new Uint8Array(0), gasLeft: 997_000n })
  })

  test('halts when the gas does not suffice', () => {
    expect(call('osaka', 1, input(27n), 2999n)).toEqual({ status: 'halt', reason: 'out-of-gas' })
  })
})

describe('BLAKE2F', () => {
  const rounds = (count: number) => concatBytes(wordToBytes(BigInt(count)).subarray(28), start.subarray(4))
  // BLAKE2b-512 of "abc" in one block: parameters xor the initial vector, the message, 3 bytes, last block.
  const start = fromHex(
    `0x0000000c48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b${'616263'.padEnd(256, '0')}${'03'.padEnd(32, '0')}01`,
  )

  test('twelve rounds are BLAKE2b', () => {
    expect(call('istanbul', 9, start, 12n)).toEqual({
      status: 'success',
      output: blake2b(fromHex('0x616263')),
      gasLeft: 0n,
    })
  })

  test.each([0, 1, 9, 10, 11, 25, 10_000, 10_001, 20_011])('%d rounds are what the package says', (count) => {
    const run = forkOf('istanbul').precompiles.get(address(9).slice(2))
    const theirs = run?.({
      data: rounds(count),
      gasLimit: 100_000n,
      common: forkOf('istanbul').common,
      _EVM: { _bls: {}, _bn254: {} },
    })
    expect(call('istanbul', 9, rounds(count), 100_000n)).toEqual({
      status: 'success',
      output: theirs?.returnValue,
      gasLeft: 100_000n - BigInt(count),
    })
  })

  test.each([
    ['a byte too few', start.subarray(1), 'precompile-failure'],
    ['a flag that is neither 0 nor 1', Uint8Array.from([...start.subarray(0, 212), 2]), 'precompile-failure'],
    ['more rounds than gas', rounds(1001), 'out-of-gas'],
  ])('halts for %s', (_name, input, reason) => {
    expect(call('istanbul', 9, input, 1000n)).toEqual({ status: 'halt', reason })
  })
})

describe('point evaluation (EIP-4844)', () => {
  // The constant polynomial 0: its commitment and every proof are the point at infinity.
  const infinity = fromHex(`0xc0${'00'.repeat(47)}`)
  const versioned = (commitment: Bytes) => concatBytes(Uint8Array.of(1), sha256(commitment).subarray(1))
  const input = (z: bigint, y: bigint, commitment = infinity, proof = infinity) =>
    concatBytes(versioned(commitment), wordToBytes(z), wordToBytes(y), commitment, proof)
  const order = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n

  test('the zero polynomial is 0 everywhere', () => {
    const result = call('cancun', 0x0a, input(5n, 0n))
    expect(result).toMatchObject({ status: 'success', gasLeft: 950_000n })
    expect(result.status === 'success' && toHex(result.output)).toBe(
      `0x${(4096).toString(16).padStart(64, '0')}${order.toString(16).padStart(64, '0')}`,
    )
  })

  // From consensus-specs: the polynomial x has the commitment [s]G1, the value z at z, and the proof G1 (its quotient is 1).
  const setupG1 = fromHex(
    '0xad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81',
  )
  const generator = fromHex(
    '0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb',
  )
  test.each([
    [0n, 0n, 'success'],
    [7n, 7n, 'success'],
    [7n, 8n, 'halt'],
    [order - 1n, order - 1n, 'success'],
    [order, 0n, 'halt'],
  ])('the polynomial x at %d is %d: %s', (z, y, status) => {
    expect(call('cancun', 0x0a, input(z, y, setupG1, generator)).status).toBe(status)
  })

  test.each([
    ['a commitment that is not the one of the hash', concatBytes(versioned(generator), input(5n, 0n).subarray(32))],
    ['a proof off the curve', input(5n, 0n, infinity, fromHex(`0x80${'00'.repeat(46)}01`))],
    ['a byte too many', concatBytes(input(5n, 0n), Uint8Array.of(0))],
  ])('halts for %s', (_name, bytes) => {
    expect(call('cancun', 0x0a, bytes)).toEqual({ status: 'halt', reason: 'precompile-failure' })
  })
})

describe('prices', () => {
  test.each<[string, Hardfork, number, Bytes, bigint]>([
    ['SHA-256 of two words', 'osaka', 2, new Uint8Array(33), 84n],
    ['RIPEMD-160', 'osaka', 3, new Uint8Array(1), 720n],
    ['identity', 'osaka', 4, new Uint8Array(32), 18n],
    ['MODEXP before EIP-7883', 'prague', 5, new Uint8Array(96), 200n],
    ['MODEXP since EIP-7883', 'osaka', 5, new Uint8Array(96), 500n],
    ['P256VERIFY', 'osaka', 0x100, new Uint8Array(160), 6900n],
  ])('%s', (_name, hardfork, low, input, used) => {
    expect(call(hardfork, low, input)).toMatchObject({ status: 'success', gasLeft: 1_000_000n - used })
    expect(call(hardfork, low, input, used - 1n)).toEqual({ status: 'halt', reason: 'out-of-gas' })
  })
})

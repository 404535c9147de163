import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { concatBytes, fromHex, keccak256, signDigest, wordToBytes } from '../../../src/primitives/index.ts'

/** A call of a precompile, chosen to take long for its gas. */
export type PrecompileCase = {
  readonly name: string
  readonly hardfork: Hardfork
  /** The last byte, or two, of its address. */
  readonly low: number
  readonly input: Bytes
}

const bytesOf = (value: bigint, length: number): Bytes => fromHex(`0x${value.toString(16).padStart(2 * length, '0')}`)
const field = (value: bigint): Bytes => bytesOf(value, 64)
const repeated = (count: number, part: (index: number) => Bytes): Bytes =>
  concatBytes(...Array.from({ length: count }, (_, index) => part(index)))
/** A scalar of full length without a pattern. */
const scalar = (index: number): Bytes => keccak256(wordToBytes(BigInt(index)))

function modexp(base: number, exponent: Bytes, modulus: number, lastByte: number): Bytes {
  const number = (length: number, last: number): Bytes =>
    new Uint8Array(length).fill(0xf3, 0, length - 1).fill(last, length - 1)
  const lengths = [base, exponent.length, modulus].map((length) => wordToBytes(BigInt(length)))
  return concatBytes(...lengths, number(base, 0xf1), exponent, number(modulus, lastByte))
}

const ones = (length: number): Bytes => new Uint8Array(length).fill(0xff)
const ODD = 0xfb
const EVEN = 0xf8

function bnG1(index: number): Bytes {
  const { x, y } = bn254.G1.Point.BASE.multiply(BigInt(index + 2)).toAffine()
  return concatBytes(bytesOf(x, 32), bytesOf(y, 32))
}

function bnPair(index: number): Bytes {
  const { x, y } = bn254.G2.Point.BASE.multiply(BigInt(index + 3)).toAffine()
  return concatBytes(bnG1(index), ...[x.c1, x.c0, y.c1, y.c0].map((part) => bytesOf(part, 32)))
}

function blsG1(index: number): Bytes {
  const { x, y } = bls12_381.G1.Point.BASE.multiply(BigInt(index + 2)).toAffine()
  return concatBytes(field(x), field(y))
}

function blsG2(index: number): Bytes {
  const { x, y } = bls12_381.G2.Point.BASE.multiply(BigInt(index + 3)).toAffine()
  return concatBytes(...[x.c0, x.c1, y.c0, y.c1].map(field))
}

function kzg(): Bytes {
  // The polynomial x: its commitment is [s]G1, its value at z is z, and its proof is G1. Source: consensus-specs.
  const commitment = fromHex(
    '0xad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81',
  )
  const hash = sha256(commitment)
  hash[0] = 1
  const z = bytesOf(0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000000n, 32)
  return concatBytes(hash, z, z, commitment, bls12_381.G1.Point.BASE.toBytes(true))
}

function ecrecover(): Bytes {
  const digest = keccak256(fromHex('0x01'))
  const { r, s, yParity } = signDigest(digest, fromHex(`0x${'42'.repeat(32)}`))
  return concatBytes(digest, ...[27n + BigInt(yParity), r, s].map(wordToBytes))
}

function secp256r1(): Bytes {
  const [key, hash] = [new Uint8Array(32).fill(7), scalar(1)]
  return concatBytes(hash, p256.sign(hash, key, { prehash: false }), p256.getPublicKey(key, false).subarray(1))
}

function blake2f(rounds: number): Bytes {
  const input = new Uint8Array(213).fill(0x5a)
  input.set(wordToBytes(BigInt(rounds)).subarray(28))
  input[212] = 1
  return input
}

/** All precompiles; those whose time per gas depends on the input several times. */
export function precompileCases(): readonly PrecompileCase[] {
  const osaka = (name: string, low: number, input: Bytes): PrecompileCase => ({ name, hardfork: 'osaka', low, input })
  const prague = (name: string, low: number, input: Bytes): PrecompileCase => ({ name, hardfork: 'prague', low, input })
  return [
    osaka('ecrecover', 0x01, ecrecover()),
    osaka('sha256, 32 bytes', 0x02, ones(32)),
    osaka('sha256, 64 KiB', 0x02, ones(65_536)),
    osaka('ripemd160, 32 bytes', 0x03, ones(32)),
    osaka('ripemd160, 64 KiB', 0x03, ones(65_536)),
    osaka('identity, 0 bytes', 0x04, ones(0)),
    osaka('identity, 64 KiB', 0x04, ones(65_536)),
    osaka('modexp, 32 bytes ^ 3', 0x05, modexp(32, Uint8Array.of(3), 32, ODD)),
    osaka('modexp, 32 ^ 32 bytes', 0x05, modexp(32, ones(32), 32, ODD)),
    prague('modexp, 32 ^ 32 bytes, Prague', 0x05, modexp(32, ones(32), 32, ODD)),
    prague('modexp, 32 ^ 32 even, Prague', 0x05, modexp(32, ones(32), 32, EVEN)),
    prague('modexp, 40 ^ 100 even, Prague', 0x05, modexp(40, ones(100), 40, EVEN)),
    prague('modexp, 256 ^ 32 bytes, Prague', 0x05, modexp(256, ones(32), 256, ODD)),
    osaka('modexp, 256 ^ 65537', 0x05, modexp(256, Uint8Array.of(1, 0, 1), 256, ODD)),
    osaka('modexp, 1024 ^ 1 byte', 0x05, modexp(1024, Uint8Array.of(0xff), 1024, ODD)),
    prague('modexp, base of 8 KiB, Prague', 0x05, modexp(8_192, Uint8Array.of(1), 8, ODD)),
    osaka('bn254 add', 0x06, concatBytes(bnG1(0), bnG1(1))),
    osaka('bn254 multiply', 0x07, concatBytes(bnG1(0), scalar(0))),
    osaka('bn254 pairing, 1 pair', 0x08, bnPair(0)),
    osaka('bn254 pairing, 8 pairs', 0x08, repeated(8, bnPair)),
    osaka('blake2f, 0 rounds', 0x09, blake2f(0)),
    osaka('blake2f, 100,000 rounds', 0x09, blake2f(100_000)),
    osaka('KZG point evaluation', 0x0a, kzg()),
    osaka('BLS G1 add', 0x0b, concatBytes(blsG1(0), blsG1(1))),
    osaka('BLS G1 sum, 1 term', 0x0c, concatBytes(blsG1(0), scalar(0))),
    osaka(
      'BLS G1 sum, 16 terms',
      0x0c,
      repeated(16, (i) => concatBytes(blsG1(i), scalar(i))),
    ),
    osaka(
      'BLS G1 sum, 128 terms',
      0x0c,
      repeated(128, (i) => concatBytes(blsG1(i), scalar(i))),
    ),
    osaka('BLS G2 add', 0x0d, concatBytes(blsG2(0), blsG2(1))),
    osaka('BLS G2 sum, 1 term', 0x0e, concatBytes(blsG2(0), scalar(0))),
    osaka(
      'BLS G2 sum, 128 terms',
      0x0e,
      repeated(128, (i) => concatBytes(blsG2(i), scalar(i))),
    ),
    osaka('BLS pairing, 1 pair', 0x0f, concatBytes(blsG1(0), blsG2(0))),
    osaka(
      'BLS pairing, 8 pairs',
      0x0f,
      repeated(8, (i) => concatBytes(blsG1(i), blsG2(i))),
    ),
    osaka('BLS map to G1', 0x10, bytesOf(12345678901234567890n, 64)),
    osaka('BLS map to G2', 0x11, concatBytes(field(98765432109876543210n), field(7n))),
    osaka('secp256r1 verification', 0x100, secp256r1()),
  ]
}

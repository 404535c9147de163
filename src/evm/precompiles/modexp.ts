/** EIP-198: modular exponentiation, at 5. Prices: EIP-2565 since Berlin, EIP-7883 since Osaka, whose EIP-7823 bounds lengths, too. */
import type { Core } from '../../core/index.ts'
import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { EMPTY_BYTES, isAtLeast, wordFromBytes } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import { priced } from './priced.ts'

const HEADER_BYTES = 96
/** EIP-7823. */
const MAX_LENGTH = 1_024n
/** No gas pays for more. */
const MAX_BYTES = 2n ** 30n

type Lengths = { readonly base: bigint; readonly exponent: bigint; readonly modulus: bigint }

/** The precompile of a fork, computed in the memory of `core`. */
export function modexpPrecompile(core: Core, hardfork: Hardfork): Precompile {
  const price = priceOf(hardfork)
  const isBounded = isAtLeast(hardfork, 'osaka')
  return priced(
    (input) => {
      const lengths = lengthsOf(input)
      // A length that is refused burns all gas, whatever the price.
      return isBounded && isTooLong(lengths) ? 0n : price(lengths, exponentHead(input, lengths))
    },
    (input) => {
      const lengths = lengthsOf(input)
      return isBounded && isTooLong(lengths) ? undefined : compute(core, input, lengths)
    },
  )
}

function isTooLong({ base, exponent, modulus }: Lengths): boolean {
  return base > MAX_LENGTH || exponent > MAX_LENGTH || modulus > MAX_LENGTH
}

/** `length` bytes from `at` on; beyond the input there are zeros. */
function slice(input: Bytes, at: bigint, length: number): Bytes {
  const bytes = new Uint8Array(length)
  if (at < BigInt(input.length)) bytes.set(input.subarray(Number(at), Number(at) + length))
  return bytes
}

function lengthsOf(input: Bytes): Lengths {
  const length = (index: number): bigint => wordFromBytes(slice(input, BigInt(32 * index), 32))
  return { base: length(0), exponent: length(1), modulus: length(2) }
}

/** The first 32 bytes of the exponent, or as many as it has, as a number. */
function exponentHead(input: Bytes, { base, exponent }: Lengths): bigint {
  const bytes = exponent < 32n ? Number(exponent) : 32
  return bytes === 0 ? 0n : wordFromBytes(slice(input, BigInt(HEADER_BYTES) + base, bytes))
}

type Price = (lengths: Lengths, head: bigint) => bigint

function priceOf(hardfork: Hardfork): Price {
  if (isAtLeast(hardfork, 'osaka')) return eip7883
  return isAtLeast(hardfork, 'berlin') ? eip2565 : eip198
}

const longest = ({ base, modulus }: Lengths): bigint => (base > modulus ? base : modulus)
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Squares that the exponent asks for: 8 or 16 a byte beyond the first 32, and one a bit after the first 1 in those. */
function iterations({ exponent }: Lengths, head: bigint, perByte: bigint): bigint {
  const bits = head === 0n ? 0n : BigInt(head.toString(2).length - 1)
  return (exponent > 32n ? perByte * (exponent - 32n) : 0n) + bits
}

const eip198: Price = (lengths, head) => {
  const x = longest(lengths)
  const complexity =
    x <= 64n ? x * x : x <= 1_024n ? (x * x) / 4n + 96n * x - 3_072n : (x * x) / 16n + 480n * x - 199_680n
  return (complexity * max(iterations(lengths, head, 8n), 1n)) / 20n
}

const eip2565: Price = (lengths, head) => {
  const words = (longest(lengths) + 7n) / 8n
  return max(200n, (words * words * max(iterations(lengths, head, 8n), 1n)) / 3n)
}

const eip7883: Price = (lengths, head) => {
  const x = longest(lengths)
  const words = (x + 7n) / 8n
  const complexity = x > 32n ? 2n * words * words : 16n
  return max(500n, complexity * max(iterations(lengths, head, 16n), 1n))
}

/** What {@link priced} has found paid for, so lengths are small; but with neither a base nor a modulus the exponent's is free. */
function compute({ exports, memory }: Core, input: Bytes, lengths: Lengths): Bytes | undefined {
  if (lengths.modulus === 0n) return EMPTY_BYTES
  if (max(longest(lengths), lengths.exponent) > MAX_BYTES) return undefined
  const [base, exponent, modulus] = [lengths.base, lengths.exponent, lengths.modulus].map(Number) as [
    number,
    number,
    number,
  ]
  const workspaceBytes = exports.modexpWorkspaceBytes(base, modulus)
  const total = workspaceBytes + base + exponent + 2 * modulus
  const workspace = exports.allocate(total)
  const operands = workspace + workspaceBytes
  memory.writeBytes(operands, slice(input, BigInt(HEADER_BYTES), base + exponent + modulus))
  const [exponentAt, modulusAt] = [operands + base, operands + base + exponent]
  const out = modulusAt + modulus
  exports.modexp(operands, base, exponentAt, exponent, modulusAt, modulus, out, workspace)
  const result = memory.readBytes(out, modulus)
  exports.release(workspace, total)
  return result
}

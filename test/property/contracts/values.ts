import * as fc from 'fast-check'
import type { Hex } from 'viem'

/** Bytes as hex. */
export const hex = (constraints: { minLength?: number; maxLength?: number }): fc.Arbitrary<Hex> =>
  fc.uint8Array(constraints).map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`)

/** Values of a Solidity type as viem takes them. */
export function valuesOf(type: string): fc.Arbitrary<unknown> {
  const [, element, length] = /^(.*)\[(\d*)\]$/.exec(type) ?? []
  if (element !== undefined) {
    const constraints = length === '' ? { maxLength: 6 } : { minLength: Number(length), maxLength: Number(length) }
    return fc.array(valuesOf(element), constraints)
  }
  if (type === 'bool') return fc.boolean()
  if (type === 'string') return fc.string({ unit: 'binary', maxLength: 80 })
  if (type === 'bytes') return hex({ maxLength: 100 })
  if (type === 'address') return hex({ minLength: 20, maxLength: 20 })
  const size = Number(/^bytes(\d+)$/.exec(type)?.[1])
  if (size > 0) return hex({ minLength: size, maxLength: size })
  const bits = BigInt(type.replace(/\D/g, ''))
  const range = type.startsWith('u')
    ? { min: 0n, max: 2n ** bits - 1n }
    : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n }
  return bits > 48n ? fc.bigInt(range) : fc.bigInt(range).map(Number)
}

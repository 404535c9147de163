/** EIP-196 and EIP-197: addition, multiplication and pairing on alt_bn128. Prices: EIP-1108 since Istanbul. */
import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { isAtLeast } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import type { CurveSource } from './curves.ts'
import { G1_BYTES } from './mclCurve.ts'
import { BN254_FORMAT, isPairingProductOne, readG1, writeG1 } from './points.ts'
import { padded, priced, truth } from './priced.ts'

const PAIR_BYTES = 192

/** By address 6 to 8. */
export function bn254Precompiles(
  curves: CurveSource,
  hardfork: Hardfork,
): readonly [Precompile, Precompile, Precompile] {
  const isCheap = isAtLeast(hardfork, 'istanbul')
  const [addGas, mulGas, baseGas, pairGas] = isCheap
    ? [150n, 6_000n, 45_000n, 34_000n]
    : [500n, 40_000n, 100_000n, 80_000n]
  return [
    priced(
      () => addGas,
      (input) => add(curves, padded(input, 128)),
    ),
    priced(
      () => mulGas,
      (input) => multiply(curves, padded(input, 96)),
    ),
    priced(
      ({ length }) => baseGas + pairGas * BigInt(Math.floor(length / PAIR_BYTES)),
      (input) => pairing(curves, input),
    ),
  ]
}

function add(curves: CurveSource, input: Bytes): Bytes | undefined {
  const curve = curves('bn254')
  const a = curve.area(2 * G1_BYTES)
  const b = a + G1_BYTES
  for (const [point, at] of [[a, 0] as const, [b, 64] as const]) {
    if (readG1(curve, BN254_FORMAT, point, input, at) === 'invalid') return undefined
  }
  curve.mcl.mclBnG1_add(a, a, b)
  return writeG1(curve, BN254_FORMAT, a)
}

function multiply(curves: CurveSource, input: Bytes): Bytes | undefined {
  const curve = curves('bn254')
  const point = curve.area(2 * G1_BYTES)
  const scalar = point + G1_BYTES
  if (readG1(curve, BN254_FORMAT, point, input, 0) === 'invalid') return undefined
  curve.readScalar(scalar, input, 64)
  curve.mcl.mclBnG1_mul(point, point, scalar)
  return writeG1(curve, BN254_FORMAT, point)
}

function pairing(curves: CurveSource, input: Bytes): Bytes | undefined {
  if (input.length % PAIR_BYTES !== 0) return undefined
  const isOne = isPairingProductOne(curves('bn254'), BN254_FORMAT, input)
  return isOne === undefined ? undefined : truth(isOne)
}

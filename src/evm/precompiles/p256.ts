/** EIP-7951: verification of signatures on secp256r1, at 0x100. */
import type { Bytes } from '../../primitives/index.ts'
import { EMPTY_BYTES, wordFromBytes } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import type { CurveSource } from './curves.ts'
import { FR_BYTES, G1_BYTES, type MclCurve } from './mclCurve.ts'
import { type PointFormat, readG1 } from './points.ts'
import { priced, truth } from './priced.ts'

/** The order of the group. */
const GROUP_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const FORMAT: PointFormat = { fieldBytes: 32, padding: 0, imaginaryFirst: false }
/** Hash, r, s, and the key's coordinates. */
const INPUT_BYTES = 160
const GAS = 6_900n

/** 1 as a word for a valid signature, else nothing. */
export function p256Precompile(curves: CurveSource): Precompile {
  return priced(
    () => GAS,
    (input) => (isValid(curves, input) ? truth(true) : EMPTY_BYTES),
  )
}

function isValid(curves: CurveSource, input: Bytes): boolean {
  if (input.length !== INPUT_BYTES) return false
  const r = wordFromBytes(input.subarray(32, 64))
  const s = wordFromBytes(input.subarray(64, 96))
  if (r === 0n || r >= GROUP_ORDER || s === 0n || s >= GROUP_ORDER) return false
  const x = verifiedX(curves('p256'), input)
  return x !== undefined && x % GROUP_ORDER === r
}

/** The first coordinate of hash/s times the base point plus r/s times the key; undefined at infinity or for a key that is no point. */
function verifiedX(curve: MclCurve, input: Bytes): bigint | undefined {
  const { mcl } = curve
  const sum = curve.area(3 * G1_BYTES + 3 * FR_BYTES)
  const points = sum + G1_BYTES
  const scalars = points + 2 * G1_BYTES
  const inverse = scalars + 2 * FR_BYTES
  if (readG1(curve, FORMAT, points + G1_BYTES, input, 96) !== 'point') return undefined
  mcl.mclBnG1_getBasePoint(points)
  curve.readScalar(scalars, input, 0)
  curve.readScalar(scalars + FR_BYTES, input, 32)
  curve.readScalar(inverse, input, 64)
  mcl.mclBnFr_inv(inverse, inverse)
  mcl.mclBnFr_mul(scalars, scalars, inverse)
  mcl.mclBnFr_mul(scalars + FR_BYTES, scalars + FR_BYTES, inverse)
  mcl.mclBnG1_mulVec(sum, points, scalars, 2)
  if (mcl.mclBnG1_isZero(sum) === 1) return undefined
  mcl.mclBnG1_normalize(sum, sum)
  const x = new Uint8Array(FORMAT.fieldBytes)
  curve.writeField(sum, x, 0)
  return wordFromBytes(x)
}

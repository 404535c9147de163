/** Points of both pairing groups: from bytes of a precompile's input to the library's memory and back. */
import type { Bytes } from '../../primitives/index.ts'
import { FP_BYTES, G1_BYTES, G2_BYTES, type MclCurve } from './mclCurve.ts'
import type { Pointer } from './webAssembly.ts'

/** How a curve's precompiles write points. */
export type PointFormat = {
  /** Bytes of one element of the base field, zeros in front included. */
  readonly fieldBytes: number
  /** How many of them are those zeros. */
  readonly padding: number
  /** True when the imaginary part of an element of Fp2 comes first. */
  readonly imaginaryFirst: boolean
}

/** EIP-196 and EIP-197. */
export const BN254_FORMAT: PointFormat = { fieldBytes: 32, padding: 0, imaginaryFirst: true }
/** EIP-2537. */
export const BLS12381_FORMAT: PointFormat = { fieldBytes: 64, padding: 16, imaginaryFirst: false }

/** What a point was found to be: one of the curve, the point at infinity (all bytes 0), or no point. */
export type PointKind = 'point' | 'infinity' | 'invalid'

function isZero(bytes: Bytes, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== 0) return false
  return true
}

/** Reads one element of the base field; false when its padding is not 0 or it is not below the order. */
export function readElement(curve: MclCurve, format: PointFormat, out: Pointer, bytes: Bytes, at: number): boolean {
  return isZero(bytes, at, format.padding) && curve.readField(out, bytes, at + format.padding)
}

/** Reads an element of Fp2. */
export function readElement2(curve: MclCurve, format: PointFormat, out: Pointer, bytes: Bytes, at: number): boolean {
  const { fieldBytes, imaginaryFirst } = format
  const [real, imaginary] = imaginaryFirst ? [at + fieldBytes, at] : [at, at + fieldBytes]
  return readElement(curve, format, out, bytes, real) && readElement(curve, format, out + FP_BYTES, bytes, imaginary)
}

/** Reads a point of G1's curve into `out`, which is 0 before; whether it is in the subgroup is not asked. */
export function readG1(curve: MclCurve, format: PointFormat, out: Pointer, bytes: Bytes, at: number): PointKind {
  const { fieldBytes } = format
  if (isZero(bytes, at, 2 * fieldBytes)) return 'infinity'
  const isRead =
    readElement(curve, format, out, bytes, at) && readElement(curve, format, out + FP_BYTES, bytes, at + fieldBytes)
  if (!isRead) return 'invalid'
  curve.mcl.mclBnFp_setInt32(out + 2 * FP_BYTES, 1)
  return curve.mcl.mclBnG1_isValid(out) === 1 ? 'point' : 'invalid'
}

/** Reads a point of G2's curve likewise. */
export function readG2(curve: MclCurve, format: PointFormat, out: Pointer, bytes: Bytes, at: number): PointKind {
  const { fieldBytes } = format
  if (isZero(bytes, at, 4 * fieldBytes)) return 'infinity'
  const isRead =
    readElement2(curve, format, out, bytes, at) &&
    readElement2(curve, format, out + 2 * FP_BYTES, bytes, at + 2 * fieldBytes)
  if (!isRead) return 'invalid'
  curve.mcl.mclBnFp_setInt32(out + 4 * FP_BYTES, 1)
  return curve.mcl.mclBnG2_isValid(out) === 1 ? 'point' : 'invalid'
}

/** The bytes of a point of G1, which is normalised in place. */
export function writeG1(curve: MclCurve, { fieldBytes, padding }: PointFormat, point: Pointer): Bytes {
  const bytes = new Uint8Array(2 * fieldBytes)
  if (curve.mcl.mclBnG1_isZero(point) === 1) return bytes
  curve.mcl.mclBnG1_normalize(point, point)
  curve.writeField(point, bytes, padding)
  curve.writeField(point + FP_BYTES, bytes, fieldBytes + padding)
  return bytes
}

/** The bytes of a point of G2, likewise; of a curve whose real parts come first. */
export function writeG2(curve: MclCurve, { fieldBytes, padding }: PointFormat, point: Pointer): Bytes {
  const bytes = new Uint8Array(4 * fieldBytes)
  if (curve.mcl.mclBnG2_isZero(point) === 1) return bytes
  curve.mcl.mclBnG2_normalize(point, point)
  for (let i = 0; i < 4; i++) curve.writeField(point + i * FP_BYTES, bytes, i * fieldBytes + padding)
  return bytes
}

/** True when the product of the pairings of the pairs in `bytes` is 1; undefined when one is not of two points of the subgroups. */
export function isPairingProductOne(curve: MclCurve, format: PointFormat, bytes: Bytes): boolean | undefined {
  const { mcl } = curve
  const pairBytes = 6 * format.fieldBytes
  const count = bytes.length / pairBytes
  const target = curve.area(GT_AREA_BYTES + count * (G1_BYTES + G2_BYTES))
  const g1s = target + GT_AREA_BYTES
  const g2s = g1s + count * G1_BYTES
  let used = 0
  for (let i = 0; i < count; i++) {
    const [g1, g2] = [g1s + used * G1_BYTES, g2s + used * G2_BYTES]
    const kind1 = readG1(curve, format, g1, bytes, i * pairBytes)
    if (kind1 === 'invalid' || (kind1 === 'point' && mcl.mclBnG1_isValidOrder(g1) !== 1)) return undefined
    const kind2 = readG2(curve, format, g2, bytes, i * pairBytes + 2 * format.fieldBytes)
    if (kind2 === 'invalid' || (kind2 === 'point' && mcl.mclBnG2_isValidOrder(g2) !== 1)) return undefined
    // A pair with the point at infinity contributes a factor of 1; the next one is written over it.
    if (kind1 === 'point' && kind2 === 'point') used += 1
  }
  return isProductOne(curve, target, g1s, g2s, used)
}

const GT_AREA_BYTES = 12 * FP_BYTES

/** True when the product of pairings of `count` pairs of normalised points, none at infinity, is 1. `target` has room for a result. */
function isProductOne({ mcl }: MclCurve, target: Pointer, g1s: Pointer, g2s: Pointer, count: number): boolean {
  if (count === 0) return true
  mcl.mclBn_millerLoopVec(target, g1s, g2s, count)
  mcl.mclBn_finalExp(target, target)
  return mcl.mclBnGT_isOne(target) === 1
}

/** EIP-2537: arithmetic, pairing and maps on BLS12-381, at 0x0b to 0x11. */
import type { Bytes } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import { G1_DISCOUNTS, G2_DISCOUNTS } from './blsDiscounts.ts'
import type { CurveSource } from './curves.ts'
import { FR_BYTES, G1_BYTES, G2_BYTES, type MclCurve, type MclExports } from './mclCurve.ts'
import {
  BLS12381_FORMAT,
  isPairingProductOne,
  type PointFormat,
  type PointKind,
  readElement,
  readElement2,
  readG1,
  readG2,
  writeG1,
  writeG2,
} from './points.ts'
import { priced, truth } from './priced.ts'
import type { Pointer } from './webAssembly.ts'

const FIELD_BYTES = BLS12381_FORMAT.fieldBytes
const SCALAR_BYTES = 32
const PAIR_BYTES = 6 * FIELD_BYTES

/** One of the two groups: how its points are read and written, and the library's functions on them. */
type Group = {
  readonly inputBytes: number
  readonly pointBytes: number
  readonly discounts: readonly number[]
  readonly multiplyGas: number
  readonly read: (curve: MclCurve, format: PointFormat, out: Pointer, bytes: Bytes, at: number) => PointKind
  readonly write: (curve: MclCurve, format: PointFormat, point: Pointer) => Bytes
  readonly isInSubgroup: (mcl: MclExports, point: Pointer) => boolean
  readonly add: (mcl: MclExports, out: Pointer, a: Pointer, b: Pointer) => void
  readonly multiplySum: (mcl: MclExports, out: Pointer, points: Pointer, scalars: Pointer, count: number) => void
}

const G1: Group = {
  inputBytes: 2 * FIELD_BYTES,
  pointBytes: G1_BYTES,
  discounts: G1_DISCOUNTS,
  multiplyGas: 12_000,
  read: readG1,
  write: writeG1,
  isInSubgroup: (mcl, point) => mcl.mclBnG1_isValidOrder(point) === 1,
  add: (mcl, out, a, b) => mcl.mclBnG1_add(out, a, b),
  multiplySum: (mcl, out, points, scalars, count) => mcl.mclBnG1_mulVec(out, points, scalars, count),
}

const G2: Group = {
  inputBytes: 4 * FIELD_BYTES,
  pointBytes: G2_BYTES,
  discounts: G2_DISCOUNTS,
  multiplyGas: 22_500,
  read: readG2,
  write: writeG2,
  isInSubgroup: (mcl, point) => mcl.mclBnG2_isValidOrder(point) === 1,
  add: (mcl, out, a, b) => mcl.mclBnG2_add(out, a, b),
  multiplySum: (mcl, out, points, scalars, count) => mcl.mclBnG2_mulVec(out, points, scalars, count),
}

/** In the order of their addresses. */
export function bls12381Precompiles(curves: CurveSource): readonly Precompile[] {
  const inGroup = (price: number, group: Group, run: typeof add): Precompile =>
    priced(
      () => BigInt(price),
      (input) => run(curves('bls12381'), group, input),
    )
  const sum = (group: Group): Precompile =>
    priced(
      ({ length }) => sumGas(group, Math.floor(length / (group.inputBytes + SCALAR_BYTES))),
      (input) => multiplySum(curves('bls12381'), group, input),
    )
  return [
    inGroup(375, G1, add),
    sum(G1),
    inGroup(600, G2, add),
    sum(G2),
    priced(
      ({ length }) => 37_700n + 32_600n * BigInt(Math.floor(length / PAIR_BYTES)),
      (input) => pairing(curves('bls12381'), input),
    ),
    priced(
      () => 5_500n,
      (input) => mapToG1(curves('bls12381'), input),
    ),
    priced(
      () => 23_800n,
      (input) => mapToG2(curves('bls12381'), input),
    ),
  ]
}

function sumGas({ discounts, multiplyGas }: Group, terms: number): bigint {
  const discount = discounts[Math.min(terms, discounts.length) - 1] ?? 0
  return (BigInt(terms) * BigInt(multiplyGas) * BigInt(discount)) / 1_000n
}

/** Adds two points of the curve, which need not be of the subgroup. */
function add(curve: MclCurve, group: Group, input: Bytes): Bytes | undefined {
  if (input.length !== 2 * group.inputBytes) return undefined
  const a = curve.area(2 * group.pointBytes)
  const b = a + group.pointBytes
  for (const [point, at] of [[a, 0] as const, [b, group.inputBytes] as const]) {
    if (group.read(curve, BLS12381_FORMAT, point, input, at) === 'invalid') return undefined
  }
  group.add(curve.mcl, a, a, b)
  return group.write(curve, BLS12381_FORMAT, a)
}

/** The sum of products of points of the subgroup and scalars. */
function multiplySum(curve: MclCurve, group: Group, input: Bytes): Bytes | undefined {
  const termBytes = group.inputBytes + SCALAR_BYTES
  const count = input.length / termBytes
  if (count === 0 || !Number.isInteger(count)) return undefined
  const sum = curve.area(group.pointBytes + count * (group.pointBytes + FR_BYTES))
  const points = sum + group.pointBytes
  const scalars = points + count * group.pointBytes
  let used = 0
  for (let i = 0; i < count; i++) {
    const point = points + used * group.pointBytes
    const kind = group.read(curve, BLS12381_FORMAT, point, input, i * termBytes)
    if (kind === 'invalid' || (kind === 'point' && !group.isInSubgroup(curve.mcl, point))) return undefined
    if (kind === 'infinity') continue
    curve.readScalar(scalars + used * FR_BYTES, input, i * termBytes + group.inputBytes)
    used += 1
  }
  if (used > 0) group.multiplySum(curve.mcl, sum, points, scalars, used)
  return group.write(curve, BLS12381_FORMAT, sum)
}

function pairing(curve: MclCurve, input: Bytes): Bytes | undefined {
  if (input.length === 0 || input.length % PAIR_BYTES !== 0) return undefined
  const isOne = isPairingProductOne(curve, BLS12381_FORMAT, input)
  return isOne === undefined ? undefined : truth(isOne)
}

function mapToG1(curve: MclCurve, input: Bytes): Bytes | undefined {
  if (input.length !== FIELD_BYTES) return undefined
  const point = curve.area(2 * G1_BYTES)
  const element = point + G1_BYTES
  if (!readElement(curve, BLS12381_FORMAT, element, input, 0)) return undefined
  curve.mcl.mclBnFp_mapToG1(point, element)
  return writeG1(curve, BLS12381_FORMAT, point)
}

function mapToG2(curve: MclCurve, input: Bytes): Bytes | undefined {
  if (input.length !== 2 * FIELD_BYTES) return undefined
  const point = curve.area(2 * G2_BYTES)
  const element = point + G2_BYTES
  if (!readElement2(curve, BLS12381_FORMAT, element, input, 0)) return undefined
  curve.mcl.mclBnFp2_mapToG2(point, element)
  return writeG2(curve, BLS12381_FORMAT, point)
}

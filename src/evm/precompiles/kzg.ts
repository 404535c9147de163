/** EIP-4844: whether the polynomial behind a commitment has a value at a place, at 0x0a. */
import { sha256 } from '@noble/hashes/sha2.js'
import type { Bytes } from '../../primitives/index.ts'
import { concatBytes, fromHex, toHex, wordFromBytes, wordToBytes } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import type { CurveSource } from './curves.ts'
import { FP_BYTES, FR_BYTES, G1_BYTES, G2_BYTES, GT_BYTES, type MclCurve } from './mclCurve.ts'
import { BLS12381_FORMAT, readG2 } from './points.ts'
import { priced } from './priced.ts'
import type { Pointer } from './webAssembly.ts'

const GAS = 50_000n
/** Versioned hash, z, y, commitment, proof. */
const INPUT_BYTES = 192
const [Z, Y, COMMITMENT, PROOF] = [32, 64, 96, 144]
const POINT_BYTES = 48
const VERSION = 1
const SCALAR_ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n
const FIELD_ELEMENTS_PER_BLOB = 4_096n

/** Flags of a compressed point, in its first byte. */
const [IS_COMPRESSED, IS_INFINITY, IS_LARGER] = [0x80, 0x40, 0x20]
const FLAGS = 0xe0

/** What a success returns. */
const OUTPUT = concatBytes(wordToBytes(FIELD_ELEMENTS_PER_BLOB), wordToBytes(SCALAR_ORDER))

/**
 * The generator of G2, negated, and the ceremony's secret times the generator, as EIP-2537 writes points. Of the whole trusted setup
 * checking an evaluation needs this point only. Source: consensus-specs, trusted_setup_4096.json, `g2_monomial[1]`.
 */
const NEGATED_GENERATOR = fromHex(
  `0x${[
    '024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8',
    '13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e',
    '0d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa',
    '13fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed',
  ]
    .map((half) => half.padStart(128, '0'))
    .join('')}`,
)
const SETUP = fromHex(
  `0x${[
    '185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2',
    '15bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72',
    '014353bdb96b626dd7d5ee8599d1fca2131569490e28de18e82451a496a9c9794ce26d105941f383ee689bfbbb832a99',
    '1666c54b0a32529503432fcae0181b4bef79de09fc63671fda5ed1ba9bfa07899495346f3d7ac9cd23048ef30d0a154f',
  ]
    .map((half) => half.padStart(128, '0'))
    .join('')}`,
)

/** Half of the base field's order, rounded down, big-endian: a larger y is the larger one of its two. */
const HALF_ORDER = fromHex(
  '0x0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555',
)

/** The precompile. */
export function kzgPrecompile(curves: CurveSource): Precompile {
  return priced(
    () => GAS,
    (input) => (isProven(curves, input) ? OUTPUT : undefined),
  )
}

function isProven(curves: CurveSource, input: Bytes): boolean {
  if (input.length !== INPUT_BYTES) return false
  const hash = sha256(input.subarray(COMMITMENT, PROOF))
  hash[0] = VERSION
  const isOfCommitment = toHex(hash) === toHex(input.subarray(0, 32))
  const areScalars = [Z, Y].every((at) => wordFromBytes(input.subarray(at, at + 32)) < SCALAR_ORDER)
  return isOfCommitment && areScalars && verify(curves('bls12381'), input)
}

/** e(C - y G1 + z proof, -G2) e(proof, s G2) = 1. */
function verify(curve: MclCurve, input: Bytes): boolean {
  const { mcl } = curve
  const target = curve.area(GT_BYTES + 4 * G1_BYTES + 2 * FR_BYTES)
  const remainder = target + GT_BYTES
  const [commitment, generator, proof] = [remainder + G1_BYTES, remainder + 2 * G1_BYTES, remainder + 3 * G1_BYTES]
  const scalars = remainder + 4 * G1_BYTES
  if (!readCompressed(curve, commitment, input, COMMITMENT) || !readCompressed(curve, proof, input, PROOF)) return false

  readCompressed(curve, generator, GENERATOR_G1, 0)
  curve.readScalar(scalars, input, Y)
  mcl.mclBnFr_neg(scalars, scalars)
  curve.readScalar(scalars + FR_BYTES, input, Z)
  const hasProof = mcl.mclBnG1_isZero(proof) !== 1
  mcl.mclBnG1_mulVec(remainder, generator, scalars, hasProof ? 2 : 1)
  mcl.mclBnG1_add(remainder, remainder, commitment)
  const hasRemainder = mcl.mclBnG1_isZero(remainder) !== 1
  if (hasRemainder) mcl.mclBnG1_normalize(remainder, remainder)
  // A pair with the point at infinity contributes a factor of 1, and one pair alone is never 1.
  if (!hasRemainder || !hasProof) return !hasRemainder && !hasProof
  const { negatedGenerator, setup } = linesOf(curve)
  mcl.mclBn_precomputedMillerLoop2(target, remainder, negatedGenerator, proof, setup)
  mcl.mclBn_finalExp(target, target)
  return mcl.mclBnGT_isOne(target) === 1
}

/** What the two fixed points of G2 contribute to every Miller loop, in the library's memory: half of the loop's work. */
type Lines = { readonly negatedGenerator: Pointer; readonly setup: Pointer }

const lines = new WeakMap<MclCurve, Lines>()

function linesOf(curve: MclCurve): Lines {
  const known = lines.get(curve)
  if (known !== undefined) return known
  const { mcl } = curve
  const linesFor = (point: Bytes): Pointer => {
    const g2 = mcl.malloc(G2_BYTES)
    readG2(curve, BLS12381_FORMAT, g2, point, 0)
    const out = mcl.malloc(8 * mcl.mclBn_getUint64NumToPrecompute())
    mcl.mclBn_precomputeG2(out, g2)
    return out
  }
  const made = { negatedGenerator: linesFor(NEGATED_GENERATOR), setup: linesFor(SETUP) }
  lines.set(curve, made)
  return made
}

/** The generator of G1, compressed. */
const GENERATOR_G1 = fromHex(
  '0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb',
)

/** Reads a compressed point of G1 into `out`, which is 0 before; false when it is not one of the subgroup. */
function readCompressed(curve: MclCurve, out: Pointer, input: Bytes, at: number): boolean {
  const { mcl } = curve
  const bytes = input.slice(at, at + POINT_BYTES)
  const flags = (bytes[0] ?? 0) & FLAGS
  bytes[0] = (bytes[0] ?? 0) & ~FLAGS
  if ((flags & IS_INFINITY) !== 0) return flags === (IS_COMPRESSED | IS_INFINITY) && bytes.every((byte) => byte === 0)
  if ((flags & IS_COMPRESSED) === 0 || !curve.readField(out, bytes, 0)) return false

  const [y, z] = [out + FP_BYTES, out + 2 * FP_BYTES]
  // y^2 = x^3 + 4
  mcl.mclBnFp_sqr(y, out)
  mcl.mclBnFp_mul(y, y, out)
  mcl.mclBnFp_setInt32(z, 4)
  mcl.mclBnFp_add(y, y, z)
  if (mcl.mclBnFp_squareRoot(y, y) !== 0) return false
  if (isLarger(curve, y) !== ((flags & IS_LARGER) !== 0)) mcl.mclBnFp_neg(y, y)
  mcl.mclBnFp_setInt32(z, 1)
  return mcl.mclBnG1_isValidOrder(out) === 1
}

function isLarger(curve: MclCurve, y: Pointer): boolean {
  const bytes = new Uint8Array(POINT_BYTES)
  curve.writeField(y, bytes, 0)
  const differs = bytes.findIndex((byte, i) => byte !== HALF_ORDER[i])
  return differs >= 0 && (bytes[differs] ?? 0) > (HALF_ORDER[differs] ?? 0)
}

import { bls12_381 } from '#ethereumjs-evm-sync'
import { fromHex } from '../../primitives/index.ts'

type G1 = InstanceType<typeof bls12_381.G1.Point>
type G2 = InstanceType<typeof bls12_381.G2.Point>

/**
 * The ceremony's secret times the generator of G2, compressed. Of the whole trusted setup, checking one evaluation needs
 * this point only. Source: consensus-specs, trusted_setup_4096.json, `g2_monomial[1]`.
 */
const SETUP_G2 =
  '0xb5bfd7dd8cdeb128843bc287230af38926187075cbfbefa81009a2ce615ac53d2914e5870cb452d2afaaab24f3499f72185cbfee53492714734429b7b38608e23926c911cceceac9a36851477ba4c60b087041de621000edc98edada20c1def2'

/**
 * True when the polynomial behind `commitment` has the value `y` at `z`. All hex: 48 bytes for `commitment` and `proof`,
 * 32 for `z` and `y`. Throws an error whose text begins with `C_KZG_BADARGS` for points off the curve or outside the
 * subgroup and for scalars that are not below the group's order. About 20 ms. Source: EIP-4844, `verify_kzg_proof`.
 */
export function verifyKzgProof(commitment: string, z: string, y: string, proof: string): boolean {
  const [commitmentPoint, proofPoint] = [decodePoint(commitment), decodePoint(proof)]
  const [zScalar, yScalar] = [decodeScalar(z), decodeScalar(y)]

  // e(C - [y]G1, -G2) * e(proof, [s]G2 - [z]G2) = 1
  const { G1, G2 } = bls12_381
  const remainder = commitmentPoint.subtract(G1.Point.BASE.multiplyUnsafe(yScalar))
  const divisor = G2.Point.fromHex(SETUP_G2.slice(2)).subtract(G2.Point.BASE.multiplyUnsafe(zScalar))
  return isPairingProductOne([
    { g1: remainder, g2: G2.Point.BASE.negate() },
    { g1: proofPoint, g2: divisor },
  ])
}

/** A pair with the point at infinity contributes a factor of 1 and is left out: the library refuses it. */
function isPairingProductOne(pairs: readonly { readonly g1: G1; readonly g2: G2 }[]): boolean {
  const { Fp12 } = bls12_381.fields
  const factors = pairs.filter(({ g1, g2 }) => !g1.is0() && !g2.is0())
  return factors.length === 0 || Fp12.eql(bls12_381.pairingBatch(factors), Fp12.ONE)
}

function decodePoint(hex: string): G1 {
  try {
    const point = bls12_381.G1.Point.fromBytes(fromHex(hex))
    // Infinity is a valid commitment (to the zero polynomial); the library's own check refuses it.
    if (!point.is0()) point.assertValidity()
    return point
  } catch (cause) {
    throw new Error('C_KZG_BADARGS: not a point of G1', { cause })
  }
}

function decodeScalar(hex: string): bigint {
  const scalar = BigInt(hex)
  if (scalar < bls12_381.fields.Fr.ORDER) return scalar
  throw new Error('C_KZG_BADARGS: not a scalar of the field')
}

import type { CompiledModule } from '../../core/index.ts'
import type { Bytes } from '../../primitives/index.ts'
import { fromHex } from '../../primitives/index.ts'
import { type CurveName, MclCurve } from './mclCurve.ts'

/** Orders of the base fields, big-endian. */
const FIELD_ORDERS: Readonly<Record<CurveName, Bytes>> = {
  bn254: fromHex('0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47'),
  bls12381: fromHex(
    '0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab',
  ),
  p256: fromHex('0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff'),
}

/** Gives a curve, always the same one by its name. */
export type CurveSource = (name: CurveName) => MclCurve

/**
 * Curves of mcl-wasm, each instantiated when a precompile first needs it: some 100 ms and 2 MiB that most threads never spend.
 * `module` gives the library's WebAssembly.
 */
export function createCurves(module: () => CompiledModule): CurveSource {
  const curves = new Map<CurveName, MclCurve>()
  return (name) => {
    const known = curves.get(name)
    if (known !== undefined) return known
    const curve = new MclCurve(module(), name, FIELD_ORDERS[name])
    curves.set(name, curve)
    return curve
  }
}

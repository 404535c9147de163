/**
 * The precompiles of a node's engines: those of the reference, with fast ones in place of its slow ones. Pairing curves and secp256r1
 * are mcl-wasm's (docs/decisions/016-precompiles.md), modular exponentiation is the core's. Equal to the reference's in every result.
 *
 * ```
 *   createPrecompiles({ core, curves }) -> (fork) -> address -> price, then bytes -> MclCurve: points in the library's memory
 * ```
 *
 * - P1 *Price first.* Nothing is computed that is not paid for, whatever the input.
 * - P2 *Bytes are checked here.* Elements are below the order, points on the curve and, where an EIP says so, in the subgroup, before
 *   the library sees them: it reduces and trusts.
 * - P3 *No state.* A result depends on input and fork alone; instances keep memory only.
 */
import type { CompiledModule, Core } from '../../core/index.ts'
import type { Address, Hardfork } from '../../primitives/index.ts'
import { toAddress } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import { referencePrecompiles } from '../reference/precompiles.ts'
import { bls12381Precompiles } from './bls12381.ts'
import { bn254Precompiles } from './bn254.ts'
import { type CurveSource, createCurves } from './curves.ts'
import { kzgPrecompile } from './kzg.ts'
import { modexpPrecompile } from './modexp.ts'
import { p256Precompile } from './p256.ts'

/** What precompiles compute with: a core's memory, and the WebAssembly of mcl-wasm, which is asked for when it is first needed. */
export type PrecompileParts = { readonly core: Core; readonly curves: () => CompiledModule }

/** The contracts that the protocol provides under a fork, by address. Each charges its own price. For one thread. */
export function createPrecompiles({
  core,
  curves: module,
}: PrecompileParts): (hardfork: Hardfork) => ReadonlyMap<Address, Precompile> {
  const curves = createCurves(module)
  return (hardfork) => {
    const fast = fastPrecompiles(core, curves, hardfork)
    return new Map([...referencePrecompiles(hardfork)].map(([address, slow]) => [address, fast.get(address) ?? slow]))
  }
}

function fastPrecompiles(core: Core, curves: CurveSource, hardfork: Hardfork): ReadonlyMap<Address, Precompile> {
  const at = (first: number, precompiles: readonly Precompile[]): readonly (readonly [Address, Precompile])[] =>
    precompiles.map((precompile, index) => [addressAt(first + index), precompile] as const)
  return new Map([
    ...at(0x05, [modexpPrecompile(core, hardfork), ...bn254Precompiles(curves, hardfork)]),
    ...at(0x0a, [kzgPrecompile(curves), ...bls12381Precompiles(curves)]),
    ...at(0x100, [p256Precompile(curves)]),
  ])
}

function addressAt(low: number): Address {
  return toAddress(`0x${low.toString(16).padStart(40, '0')}`)
}

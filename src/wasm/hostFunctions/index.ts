/**
 * The functions that a contract may import: one table of module, name, type, price and behaviour.
 *
 * `vm_hooks` is Stylus's to the letter, so that contracts compiled for it run here unchanged. `evmpp` is ours: what an EVM
 * contract can do and Stylus has no function for. Who imports nothing from it can move between the two chains.
 *
 * - H1 *Paid before done.* `price` is charged before `run`; what `run` adds it charges before it acts.
 * - H2 *Outcomes only.* Any argument leads to an answer or a `FrameEnd`; an exception of another kind is a bug.
 * - H3 *One journal.* Effects go through `Host.journal` and `Frame.enter`, nothing else.
 */
import { accountFunctions } from './accounts.ts'
import { callFunctions } from './calls.ts'
import { blockFunctions, contextFunctions } from './context.ts'
import { creationFunctions, wasmCreationFunctions } from './creations.ts'
import { dataFunctions, sliceFunctions } from './data.ts'
import type { HostFunction } from './hostFunction.ts'
import { checkedMathFunctions, mathFunctions } from './math.ts'
import { precompileFunctions } from './precompiles.ts'
import { commutativeFunctions, storageFunctions } from './storage.ts'

export type { HostModule } from './hostFunction.ts'

/** Every host function. */
export const HOST_FUNCTIONS: readonly HostFunction[] = [
  ...contextFunctions,
  ...dataFunctions,
  ...storageFunctions,
  ...accountFunctions,
  ...callFunctions,
  ...creationFunctions,
  ...mathFunctions,
  ...blockFunctions,
  ...sliceFunctions,
  ...checkedMathFunctions,
  ...precompileFunctions,
  ...wasmCreationFunctions,
  ...commutativeFunctions,
]

/** What an import asks for. */
export type HostFunctionName = { readonly module: string; readonly name: string }

const byName: ReadonlyMap<string, HostFunction> = new Map(HOST_FUNCTIONS.map((it) => [fullName(it), it]))

/** The host function of this name, if there is one. */
export function hostFunctionOf(wanted: HostFunctionName): HostFunction | undefined {
  return byName.get(fullName(wanted))
}

function fullName({ module, name }: HostFunctionName): string {
  return `${module}.${name}`
}

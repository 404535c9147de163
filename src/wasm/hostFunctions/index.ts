/**
 * The functions that a contract imports from `vm_hooks`: one table of name, type, price and behaviour. Names, types and
 * prices are Stylus's, so that contracts compiled for it run here unchanged.
 *
 * - H1 *Paid before done.* `price` is charged before `run`; what `run` adds it charges before it acts.
 * - H2 *Outcomes only.* Any argument leads to an answer or a `FrameEnd`; an exception of another kind is a bug.
 * - H3 *One journal.* Effects go through `Host.journal` and `Frame.enter`, nothing else.
 */
import { accountFunctions } from './accounts.ts'
import { callFunctions } from './calls.ts'
import { contextFunctions } from './context.ts'
import { creationFunctions } from './creations.ts'
import { dataFunctions } from './data.ts'
import type { HostFunction } from './hostFunction.ts'
import { mathFunctions } from './math.ts'
import { storageFunctions } from './storage.ts'

/** Every host function by name. */
export const HOST_FUNCTIONS: ReadonlyMap<string, HostFunction> = new Map(
  [
    ...contextFunctions,
    ...dataFunctions,
    ...storageFunctions,
    ...accountFunctions,
    ...callFunctions,
    ...creationFunctions,
    ...mathFunctions,
  ].map((hostFunction) => [hostFunction.name, hostFunction]),
)

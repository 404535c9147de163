import { RpcError } from './error.ts'
import type { HeavyRead, HeavyReadOutcome, HeavyReads, ReadScope } from './heavyReads.ts'
import { METHODS } from './methods/table.ts'
import { nextBaseFeeWei } from './query/fees.ts'
import type { Services } from './scope.ts'

/** Runs a read on the thread that it was handed to. */
export async function runHeavyRead(
  parts: Omit<ReadScope, 'nextBaseFeeWei'>,
  { method: name, args, nextBaseFeeWei: fee }: HeavyRead,
): Promise<HeavyReadOutcome> {
  const method = METHODS.find(({ names }) => names.includes(name))
  if (method?.read === undefined) throw new Error(`${name} is no heavy read`)
  try {
    const result = await method.read({ ...parts, nextBaseFeeWei: fee }, args)
    return { kind: 'result', json: JSON.stringify(result) }
  } catch (cause) {
    if (!(cause instanceof RpcError)) throw cause
    const { rpcCode, message, data } = cause
    return { kind: 'refused', rpcCode, message, data }
  }
}

/** Has a read run elsewhere; its result as JSON. Throws {@link RpcError} as the method does. */
export async function readElsewhere(
  services: Services,
  heavyReads: HeavyReads,
  method: string,
  args: readonly unknown[],
): Promise<string> {
  const outcome = await heavyReads.run({ method, args, nextBaseFeeWei: nextBaseFeeWei(services) })
  if (outcome.kind === 'result') return outcome.json
  throw new RpcError(outcome.rpcCode, outcome.message, outcome.data)
}

import type { Frame } from '../frame.ts'
import { trap } from '../frameEnd.ts'
import type { Ink } from '../ink.ts'
import { totalInk } from '../ink.ts'
import type { FunctionType } from '../module.ts'

type Parameter = 'i32' | 'i64'
type Arguments<params extends readonly Parameter[]> = {
  [index in keyof params]: params[index] extends 'i64' ? bigint : number
}
/** What a function gives back, by its result type; ignored where there is none. */
type Answers = { readonly i32: number; readonly i64: bigint; readonly none: unknown }

/** A row of the table: what the contract sees, what it pays, what happens. */
type Row<params extends readonly Parameter[], result extends keyof Answers> = {
  readonly name: string
  readonly params: params
  readonly result: result
  /** Charged before `run`. Arguments are unsigned. */
  readonly price: (frame: Frame, ...args: Arguments<params>) => Ink
  readonly run: (frame: Frame, ...args: Arguments<params>) => Answers[result]
}

/** A host function, ready to be imported. */
export type HostFunction = {
  readonly name: string
  readonly type: FunctionType
  /** The function to import into `frame`'s instance. */
  bind(frame: () => Frame): (...args: readonly (number | bigint)[]) => unknown
}

/** Makes a row of the table a host function: arguments become unsigned, the price is taken, then it runs. */
export function hostFunction<const params extends readonly Parameter[], result extends keyof Answers>({
  name,
  params,
  result,
  price,
  run,
}: Row<params, result>): HostFunction {
  return {
    name,
    type: { params, results: result === 'none' ? [] : [result] },
    bind:
      (frameOf) =>
      (...args) => {
        const frame = frameOf()
        // V8 passes what the import's type says, and validation saw that this is `params`.
        const unsigned = args.map(toUnsigned) as unknown as Arguments<params>
        frame.meter.charge(price(frame, ...unsigned))
        return run(frame, ...unsigned)
      },
  }
}

function toUnsigned(argument: number | bigint): number | bigint {
  return typeof argument === 'number' ? argument >>> 0 : BigInt.asUintN(64, argument)
}

/** A price that no argument changes. */
export function fixed(...amounts: readonly Ink[]): () => Ink {
  const price = totalInk(...amounts)
  return () => price
}

/** Traps in a static frame. Source: EIP-214. */
export function refuseStatic(frame: Frame, action: string): void {
  if (frame.execution.isStatic) trap(`${action} in a static call`)
}

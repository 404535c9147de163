import type { Frame } from '../frame.ts'
import { trap } from '../frameEnd.ts'
import type { GasSchedule } from '../gasSchedule.ts'
import type { Ink } from '../ink.ts'
import { ink, totalInk } from '../ink.ts'
import type { FunctionType } from '../module.ts'

type Parameter = 'i32' | 'i64'
type Arguments<params extends readonly Parameter[]> = {
  [index in keyof params]: params[index] extends 'i64' ? bigint : number
}
/** What a function gives back, by its result type; ignored where there is none. */
type Answers = { readonly i32: number; readonly i64: bigint; readonly none: unknown }

/** The modules that contracts import from: Stylus's, and ours for what Stylus has no function for. */
export type HostModule = 'vm_hooks' | 'evmpp'

/** A row of the table: what the contract sees, what it pays, what happens. */
type Row<params extends readonly Parameter[], result extends keyof Answers> = {
  /** `vm_hooks` when absent. */
  readonly module?: HostModule
  readonly name: string
  readonly params: params
  readonly result: result
  /** Charged before `run`. Arguments are unsigned. */
  readonly price: Ink | ((frame: Frame, ...args: Arguments<params>) => Ink)
  readonly run: (frame: Frame, ...args: Arguments<params>) => Answers[result]
}

/** A host function, ready to be imported. */
export type HostFunction = {
  readonly module: HostModule
  readonly name: string
  readonly type: FunctionType
  /** The function to import into `frame`'s instance, at the prices of `schedule`. */
  bind(frame: () => Frame, schedule: GasSchedule): (...args: Argument[]) => unknown
}

/** Makes a row of the table a host function: arguments become unsigned, the price is taken, then it runs. */
export function hostFunction<const params extends readonly Parameter[], result extends keyof Answers>({
  module = 'vm_hooks',
  name,
  params,
  result,
  price,
  run,
}: Row<params, result>): HostFunction {
  return {
    module,
    name,
    type: { params, results: result === 'none' ? [] : [result] },
    bind: (frameOf, schedule) => {
      // V8 passes what the import's type says, and validation saw that this is `params`.
      const perform = run as Perform
      const surcharge = ink(schedule.hostSurchargeInk[`${module}.${name}`] ?? 0)
      const priceOf = priceWith(surcharge, price as Ink | PriceOf)
      const isPlain = params.length <= MAX_PLAIN && !params.includes('i64')
      return isPlain ? bindPlain(frameOf, priceOf, perform) : bindAny(frameOf, priceOf, perform)
    },
  }
}

function priceWith(surcharge: Ink, price: Ink | PriceOf): PriceOf {
  if (typeof price === 'number') {
    const total = totalInk(price, surcharge)
    return () => total
  }
  if (surcharge === 0) return price
  return (frame, ...args) => totalInk(price(frame, ...args), surcharge)
}

type Argument = number | bigint | undefined
type PriceOf = (frame: Frame, ...args: readonly Argument[]) => Ink
type Perform = (frame: Frame, ...args: readonly Argument[]) => unknown

/** Up to so many parameters have their own, quicker way; most functions have no more, and no i64. */
const MAX_PLAIN = 4

/** Parameters by name: collecting them in an array costs 0.2 us a call. Those that are not there are never looked at. */
function bindPlain(frameOf: () => Frame, priceOf: PriceOf, perform: Perform) {
  return (a: Argument, b: Argument, c: Argument, d: Argument): unknown => {
    const frame = frameOf()
    const [p, q, r, s] = [Number(a) >>> 0, Number(b) >>> 0, Number(c) >>> 0, Number(d) >>> 0]
    frame.meter.charge(priceOf(frame, p, q, r, s))
    return perform(frame, p, q, r, s)
  }
}

function bindAny(frameOf: () => Frame, priceOf: PriceOf, perform: Perform) {
  return (...args: Argument[]): unknown => {
    const frame = frameOf()
    const [p, q, r, s] = [unsigned(args[0]), unsigned(args[1]), unsigned(args[2]), unsigned(args[3])]
    const [t, u, v, w] = [unsigned(args[4]), unsigned(args[5]), unsigned(args[6]), unsigned(args[7])]
    frame.meter.charge(priceOf(frame, p, q, r, s, t, u, v, w))
    return perform(frame, p, q, r, s, t, u, v, w)
  }
}

function unsigned(argument: Argument): Argument {
  if (typeof argument === 'number') return argument >>> 0
  return argument === undefined ? undefined : BigInt.asUintN(64, argument)
}

/** Traps in a static frame. Source: EIP-214. */
export function refuseStatic(frame: Frame, action: string): void {
  if (frame.execution.isStatic) trap(`${action} in a static call`)
}

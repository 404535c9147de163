import type { ModulePrices } from './gasSchedule.ts'
import type { Gas } from './ink.ts'
import { gas } from './ink.ts'

/** What the prices of a module depend on: counts from its bytes, never a measurement. */
export type ModuleSize = {
  readonly bytes: number
  readonly functions: number
  readonly dataBytes: number
  readonly tableEntries: number
  readonly initialPages: number
  /**
   * What its preparation takes, counted in bytes: its own, those that metering adds (20 a basic
   * block, 8 a call, 48 a function), and one for each local at each basic block and `br_table`
   * target, which V8's compilers merge there.
   */
  readonly meteredBytes: number
  /** For the cache only, never for a price. */
  readonly instrumentedBytes: number
}

/** Charged before a module is looked at. */
export function validationBytesGas({ validationBase, validationByte }: ModulePrices, bytes: number): Gas {
  return gas(validationBase + validationByte * bytes)
}

/** Charged for the module that compressed code holds, besides the price of the code's own bytes. */
export function unpackedBytesGas({ validationByte }: ModulePrices, bytes: number): Gas {
  return gas(validationByte * bytes)
}

/** Charged when it is known what the module holds. */
export function validationContentGas(prices: ModulePrices, size: ModuleSize): Gas {
  const { functions, dataBytes, initialPages, meteredBytes } = size
  const { validationFunction, validationDataByte, validationPage, validationMeteredByte } = prices
  const content = validationFunction * functions + validationDataByte * dataBytes + validationPage * initialPages
  return gas(content + validationMeteredByte * meteredBytes)
}

/**
 * What it costs to begin a frame, its first pages apart; `isFirst` when it is the transaction's
 * first of this module. The same whether the module is cached or not.
 */
export function startGas(prices: ModulePrices, size: ModuleSize, isFirst: boolean): Gas {
  const { bytes, functions, tableEntries, meteredBytes } = size
  const { startBase, startBytesPerGas, startFunction, startTableEntry } = prices
  const contents = startFunction * functions + startTableEntry * tableEntries
  const start = startBase + Math.ceil(bytes / startBytesPerGas) + contents
  if (!isFirst) return gas(start)
  const { preparationBase, preparationBytesPerGas } = prices
  return gas(Math.max(start, preparationBase + Math.ceil(meteredBytes / preparationBytesPerGas)))
}

/** How much may be prepared before all of it is paid for: what the gas at hand can pay. */
export type Allowance = { readonly bytes: number; readonly meteredBytes: number }

/** What may be prepared for a frame that has so much gas. */
export function startAllowance(prices: ModulePrices, gasLimit: bigint): Allowance {
  const { startBase, startBytesPerGas, preparationBase, preparationBytesPerGas } = prices
  const left = Number(gasLimit)
  const isPrepaid = preparationBytesPerGas === Number.POSITIVE_INFINITY
  return {
    bytes: (left - startBase) * startBytesPerGas,
    meteredBytes: isPrepaid ? Number.POSITIVE_INFINITY : (left - preparationBase) * preparationBytesPerGas,
  }
}

/** What may be prepared for a deployment that has so much gas left once its bytes are paid for. */
export function validationAllowance({ validationMeteredByte }: ModulePrices, gasLimit: bigint): Allowance {
  const meteredBytes = validationMeteredByte === 0 ? Number.POSITIVE_INFINITY : Number(gasLimit) / validationMeteredByte
  return { bytes: Number.POSITIVE_INFINITY, meteredBytes }
}

/**
 * The least that a frame must use when it gives back `length` bytes: what the EVM would charge for the memory they came
 * from, so that no VM is the cheap way to make a caller copy much. Source: Yellow Paper, appendix H, C_mem.
 */
export function outputGas(length: number): Gas {
  const words = Math.ceil(length / 32)
  return gas(3 * words + Math.floor((words * words) / 512))
}

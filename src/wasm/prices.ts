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
export function validationContentGas(prices: ModulePrices, { functions, dataBytes, initialPages }: ModuleSize): Gas {
  const { validationFunction, validationDataByte, validationPage } = prices
  return gas(validationFunction * functions + validationDataByte * dataBytes + validationPage * initialPages)
}

/** What it costs to begin a frame, its first pages apart. The same whether the module is cached or not. */
export function startGas(prices: ModulePrices, { bytes, functions, tableEntries }: ModuleSize): Gas {
  const { startBase, startBytesPerGas, startFunction, startTableEntry } = prices
  const contents = startFunction * functions + startTableEntry * tableEntries
  return gas(startBase + Math.ceil(bytes / startBytesPerGas) + contents)
}

/**
 * The least that a frame must use when it gives back `length` bytes: what the EVM would charge for the memory they came
 * from, so that no VM is the cheap way to make a caller copy much. Source: Yellow Paper, appendix H, C_mem.
 */
export function outputGas(length: number): Gas {
  const words = Math.ceil(length / 32)
  return gas(3 * words + Math.floor((words * words) / 512))
}

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

const VALIDATION_BASE_GAS = 50_000
const VALIDATION_BYTE_GAS = 30
const VALIDATION_FUNCTION_GAS = 200
const VALIDATION_DATA_BYTE_GAS = 2
const VALIDATION_PAGE_GAS = 1_000

/** Charged before a module is looked at. */
export function validationBytesGas(bytes: number): Gas {
  return gas(VALIDATION_BASE_GAS + VALIDATION_BYTE_GAS * bytes)
}

/** Charged for the module that compressed code holds, besides the price of the code's own bytes. */
export function unpackedBytesGas(bytes: number): Gas {
  return gas(VALIDATION_BYTE_GAS * bytes)
}

/** Charged when it is known what the module holds. */
export function validationContentGas({ functions, dataBytes, initialPages }: ModuleSize): Gas {
  const content = VALIDATION_FUNCTION_GAS * functions + VALIDATION_DATA_BYTE_GAS * dataBytes
  return gas(content + VALIDATION_PAGE_GAS * initialPages)
}

const START_BASE_GAS = 8_832
const START_BYTES_PER_GAS = 8
const START_FUNCTION_GAS = 2
const START_TABLE_ENTRY_GAS = 2

/** What it costs to begin a frame, its first pages apart. The same whether the module is cached or not. */
export function startGas({ bytes, functions, tableEntries }: ModuleSize): Gas {
  const contents = START_FUNCTION_GAS * functions + START_TABLE_ENTRY_GAS * tableEntries
  return gas(START_BASE_GAS + Math.ceil(bytes / START_BYTES_PER_GAS) + contents)
}

/**
 * The least that a frame must use when it gives back `length` bytes: what the EVM would charge for the memory they came
 * from, so that no VM is the cheap way to make a caller copy much. Source: Yellow Paper, appendix H, C_mem.
 */
export function outputGas(length: number): Gas {
  const words = Math.ceil(length / 32)
  return gas(3 * words + Math.floor((words * words) / 512))
}

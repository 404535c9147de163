import type { WasmRulesVersion } from '../primitives/index.ts'
import { MAX_PAGES } from './limits.ts'

/** What a module costs, in gas: see the functions of prices.ts that use these. */
export type ModulePrices = {
  readonly validationBase: number
  readonly validationByte: number
  readonly validationFunction: number
  readonly validationDataByte: number
  readonly validationPage: number
  /** For each metered byte: see `meteredBytes` of {@link ModuleSize}. */
  readonly validationMeteredByte: number
  /**
   * The least that a transaction pays for its first frame of a module: what preparing the module
   * takes, whether or not a cache has it.
   */
  readonly preparationBase: number
  readonly preparationBytesPerGas: number
  readonly startBase: number
  readonly startBytesPerGas: number
  readonly startFunction: number
  readonly startTableEntry: number
}

/**
 * What an access to a large memory costs more, for each page of it beyond `freePages`; pages beyond
 * `mostPages` add nothing, as then nearly every random access leaves the processor's caches already.
 * A basic block pays by the size of the memory when it begins.
 */
export type MemorySurcharge = {
  readonly freePages: number
  readonly mostPages: number
  readonly pageInk: number
}

/**
 * Prices of one version of the rules, where they may differ between versions. All that versions
 * share is where it is used: the parts of host function prices in ink.ts, the instruction table in
 * opcodes.ts, pages in memoryModel.ts.
 */
export type GasSchedule = {
  readonly version: WasmRulesVersion
  readonly modules: ModulePrices
  /** Instructions, by name, whose price in ink is not that of the table in opcodes.ts. */
  readonly instructionInk: Readonly<Record<string, number>>
  /** On each load and store, and on both ends of a bulk copy. */
  readonly memorySurcharge: MemorySurcharge
  /** Ink that a host function costs beyond its row of the table, by `module.name`. */
  readonly hostSurchargeInk: Readonly<Record<string, number>>
  /** Ink for each significant byte of the exponent of `math_pow`, and for one more. */
  readonly powerByteInk: number
  /** The least ink that asking a precompile costs, besides the precompile's own gas. */
  readonly precompileBaseInk: number
}

const version1: GasSchedule = {
  version: 1,
  modules: {
    validationBase: 50_000,
    validationByte: 30,
    validationFunction: 200,
    validationDataByte: 2,
    validationPage: 1_000,
    validationMeteredByte: 0,
    preparationBase: 0,
    preparationBytesPerGas: Number.POSITIVE_INFINITY,
    startBase: 8_832,
    startBytesPerGas: 8,
    startFunction: 2,
    startTableEntry: 2,
  },
  instructionInk: {},
  memorySurcharge: { freePages: MAX_PAGES, mostPages: MAX_PAGES, pageInk: 0 },
  hostSurchargeInk: {},
  powerByteInk: 17_500,
  precompileBaseInk: 0,
}

/**
 * A power takes about 0.8 us for each byte of its exponent, a precompile about 3 us before its own work: both were sold for less
 * (docs/decisions/003-wasm-rules.md). 3 metered bytes of a gas take at most about
 * 160 ns to prepare, after 0.3 ms for a module of any size.
 */
const version2: GasSchedule = {
  ...version1,
  version: 2,
  memorySurcharge: { freePages: 8, mostPages: 64, pageInk: 300 },
  powerByteInk: 120_000,
  precompileBaseInk: 500_000,
  modules: {
    ...version1.modules,
    validationMeteredByte: 4,
    preparationBase: 2_700,
    preparationBytesPerGas: 3,
  },
}

/** The prices of `version`. Source: docs/decisions/003-wasm-rules.md. */
export function gasScheduleOf(version: WasmRulesVersion): GasSchedule {
  return version === 1 ? version1 : version2
}

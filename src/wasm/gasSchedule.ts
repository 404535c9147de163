import type { WasmRulesVersion } from '../primitives/index.ts'

/** What a module costs, in gas: see the functions of prices.ts that use these. */
export type ModulePrices = {
  readonly validationBase: number
  readonly validationByte: number
  readonly validationFunction: number
  readonly validationDataByte: number
  readonly validationPage: number
  readonly startBase: number
  readonly startBytesPerGas: number
  readonly startFunction: number
  readonly startTableEntry: number
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
  /** Ink that a host function costs beyond its row of the table, by `module.name`. */
  readonly hostSurchargeInk: Readonly<Record<string, number>>
}

const version1: GasSchedule = {
  version: 1,
  modules: {
    validationBase: 50_000,
    validationByte: 30,
    validationFunction: 200,
    validationDataByte: 2,
    validationPage: 1_000,
    startBase: 8_832,
    startBytesPerGas: 8,
    startFunction: 2,
    startTableEntry: 2,
  },
  instructionInk: {},
  hostSurchargeInk: {},
}

const version2: GasSchedule = { ...version1, version: 2 }

/** The prices of `version`. Source: docs/decisions/003-wasm-rules.md. */
export function gasScheduleOf(version: WasmRulesVersion): GasSchedule {
  return version === 1 ? version1 : version2
}

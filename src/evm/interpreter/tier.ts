import type { Core } from '../../core/index.ts'
import { layout } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import type { StoredCode } from './placedCode.ts'

/** Decides which stored codes are compiled. The core's driver runs what a code's PROGRAM record says, with the same results. */
export type Tier = {
  /** From now on code runs by the rules of `hardfork`; `placed` are all codes that are in memory. */
  begin(hardfork: Hardfork, placed: Iterable<StoredCode>): void
  /** Fills the record of a code that was just placed: its compiled form, or the gas after which it is due. */
  place(code: StoredCode): void
  /** A code leaves memory. */
  remove(code: StoredCode): void
  /** Compiles a code that is due, or says in its record that it never is. */
  compile(code: StoredCode): void
}

/** A signed 64-bit number that no code's gas takes to 0. */
const NEVER_DUE = 2n ** 63n - 1n

/** Writes into a code's record after how much gas it is due to be compiled; by default never. */
export function writeGasUntilDue({ memory }: Core, { program }: StoredCode, gas = NEVER_DUE): void {
  memory.view.setBigInt64(program + layout.PROGRAM_GAS_UNTIL_DUE, gas, true)
}

/** After how much more gas a code is due; not above 0 when it is. */
export function readGasUntilDue({ memory }: Core, { program }: StoredCode): bigint {
  return memory.view.getBigInt64(program + layout.PROGRAM_GAS_UNTIL_DUE, true)
}

/** Interprets everything. */
export function interpretingTier(core: Core): Tier {
  const nothing = (): void => undefined
  return { begin: nothing, place: (code) => writeGasUntilDue(core, code), remove: nothing, compile: nothing }
}

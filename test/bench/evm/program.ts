import type { Hash, Hex, Rules, Transaction } from '../../../src/primitives/index.ts'
import type { StateDiff } from '../../../src/state/index.ts'
import type { BlockContext } from '../../../src/vm/index.ts'

/** Which target of DESIGN a program belongs to; `other` has none. */
export type ProgramKind = 'tracer' | 'erc20' | 'other'

/** A transaction on a state: what every runner executes again and again, each time from the same beginning. */
export type Program = {
  readonly name: string
  readonly kind: ProgramKind
  readonly rules: Rules
  readonly block: BlockContext
  readonly pre: StateDiff
  readonly transaction: Transaction & { readonly to: NonNullable<Transaction['to']> }
  /** What it must return; undefined where only the state that it leaves is known. */
  readonly output: Hex | undefined
  /** The root of the state that it must leave. */
  readonly stateRoot: Hash | undefined
}

/** How long something took by the clock on the wall, and how long processors worked on it. */
export type Times = { readonly wallMs: number; readonly cpuMs: number }

/** One execution. */
export type Run = {
  readonly times: Times
  readonly output: Hex
  /** Gas used, refund deducted; undefined where the runner does not say. */
  readonly gasUsed: bigint | undefined
}

/** Something that executes programs: an engine of ours, a package, a node. */
export type Runner = {
  readonly name: string
  /** Gets ready for a program. The first call of what comes back meets its code for the first time, if none before had it. */
  prepare(program: Program): Promise<Prepared>
  close(): void
}

/** A program that is ready to run. */
export type Prepared = {
  run(): Promise<Run>
  /** Gas used, found by other means than a timed run; undefined when `run` tells. Called once. */
  gasUsed(): Promise<bigint | undefined>
}

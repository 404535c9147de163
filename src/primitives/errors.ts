import { inspect } from './inspect.ts'

/** What an operational error carries besides its one-sentence summary. */
export type BaseErrorOptions = {
  /** What the user can do about it, one sentence each. */
  readonly advice?: readonly string[]
  readonly cause?: unknown
}

/**
 * An operational failure: I/O, a damaged store, bad input, a peer. Outcomes of the protocol are values, never errors,
 * and bugs are failed assertions; see DESIGN section 5 in docs/architecture.md.
 */
export class BaseError extends Error {
  override readonly name: string = 'BaseError'
  /** Stable, UPPER_SNAKE; each has an entry in docs/errors.md. */
  readonly code: string
  readonly advice: readonly string[]

  constructor(code: string, summary: string, options: BaseErrorOptions = {}) {
    super(summary, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.advice = options.advice ?? []
  }
}

/** A bug: an invariant that the code relies on does not hold. The node stops, except as {@link StateInvariantError} says. */
export class InvariantError extends Error {
  override readonly name: string = 'InvariantError'
  /** Index, within its block, of the transaction whose execution failed; undefined when it was none or is unknown. */
  readonly transactionIndex: number | undefined

  constructor(invariant: string, options: { readonly cause?: unknown; readonly transactionIndex?: number } = {}) {
    super(invariant, options.cause === undefined ? undefined : { cause: options.cause })
    this.transactionIndex = options.transactionIndex
  }
}

/**
 * A failed invariant of the state itself (journal, diff): always fatal. Any other error of a transaction's execution
 * is isolated to that transaction (see `executeIsolated` of the router): its journal is discarded as a whole.
 */
export class StateInvariantError extends InvariantError {
  override readonly name = 'StateInvariantError'
}

/** Throws {@link InvariantError} naming `invariant` unless `condition` holds. */
export function assert(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new InvariantError(invariant)
}

/** Throws {@link StateInvariantError} naming `invariant` unless `condition` holds. */
export function assertState(condition: unknown, invariant: string): asserts condition {
  if (!condition) throw new StateInvariantError(invariant)
}

/** The `default` of an exhaustive switch: reaching it is a bug. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable case ${inspect(value)}`)
}

/** The sentence of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

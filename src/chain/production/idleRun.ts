import type { ChainEvent } from '../producer.ts'

/** Blocks without transactions that are worth a commit of their own: fewer are made and told of one by one. */
export const MIN_IDLE_RUN = 32

/** Tells of idle blocks, commit by commit and in the end of all of them. */
export type IdleRunTeller = {
  /** `made` blocks more, the last of which is `last`. */
  extend(last: bigint, made: number): void
  end(): void
}

/** A run without blocks so far. */
export function createIdleRunTeller(emit: (event: ChainEvent) => void): IdleRunTeller {
  let run: { readonly first: bigint; readonly last: bigint } | undefined
  return {
    extend(last, made) {
      const first = last - BigInt(made) + 1n
      run = { first: run?.first ?? first, last }
      emit({ kind: 'idleBlocks', first, last })
    },
    end() {
      if (run !== undefined) emit({ kind: 'idleRun', ...run })
      run = undefined
    },
  }
}

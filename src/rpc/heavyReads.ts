import type { Archive } from '../chain/index.ts'
import type { Rules } from '../primitives/index.ts'
import type { Json } from './json.ts'
import type { RpcLimits } from './limits.ts'

/** A read that may take long: a method that is marked so, and its arguments as they came. */
export type HeavyRead = {
  readonly method: string
  readonly args: readonly unknown[]
  /** What only the producer knows. */
  readonly nextBaseFeeWei: bigint
}

/** Its result as JSON, or why there is none: an error's class does not cross threads. */
export type HeavyReadOutcome =
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'refused'; readonly rpcCode: number; readonly message: string; readonly data: Json | undefined }

/** Runs heavy reads on another thread, where they delay neither consensus nor other requests. */
export interface HeavyReads {
  run(read: HeavyRead): Promise<HeavyReadOutcome>
}

/** All that a heavy read sees of the node. */
export type ReadScope = {
  readonly archive: Archive
  readonly config: { readonly rules: Rules }
  readonly limits: RpcLimits
  readonly nextBaseFeeWei: bigint
}

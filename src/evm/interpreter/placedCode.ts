import type { Pointer } from '../../core/index.ts'
import type { Hash } from '../../primitives/index.ts'

/** A code in the core's memory: its bytes, zeros, then one bit per byte that says where jumps may land. */
export type PlacedCode = {
  readonly pointer: Pointer
  readonly length: number
  readonly jumpMap: Pointer
}

/** A code that others may run, too: `program` is its PROGRAM record, just before its bytes. */
export type StoredCode = PlacedCode & { readonly hash: Hash; readonly program: Pointer }

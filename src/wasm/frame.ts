import type { Bytes } from '../primitives/index.ts'
import type { Execution, Host, Message, Result } from '../vm/index.ts'
import type { GuestMemory } from './guestMemory.ts'
import type { InkMeter } from './inkMeter.ts'
import type { StorageCache } from './storageCache.ts'
import type { TransactionScratch } from './transactionScratch.ts'

/** One running contract as its host functions see it. */
export type Frame = {
  readonly execution: Execution
  readonly host: Host
  readonly scratch: TransactionScratch
  /** What `read_args` gives: call data, or a constructor's arguments. */
  readonly args: Bytes
  readonly meter: InkMeter
  readonly memory: GuestMemory
  readonly storage: StorageCache
  /** Set by `write_result`: output of a success as of a revert. */
  result: Bytes
  /** What the last call or creation gave back. */
  returnData: Bytes
  /** Runs a child frame while this one waits, its stack counted. */
  enter(message: Message): Result
  /** Pays for `pages` more pages of this transaction's memory, or ends the frame. */
  payForPages(pages: number): void
  /** Stands in for `memory.grow`: pays first, then answers with the old size, or with -1 past the module's maximum. */
  growMemory(pages: number): number
}

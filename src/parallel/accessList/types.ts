import type { Address, Bytes, Word } from '../../primitives/index.ts'

/**
 * All that a block accessed and all that it changed, of both VMs alike. Source: EIP-7928.
 *
 * Sorted by address; every account that the block's outcome can depend on is there, with empty lists if nothing of it changed. Before
 * Prague a precompile that DELEGATECALL or CALLCODE names is not, for nobody asks the state about it; and what ended as a whole before
 * Cancun (the storage of a contract that destroys itself) has no place in this form.
 */
export type BlockAccessList = readonly AccountAccess[]

/** One account. Slots ascend, changes ascend by index, and no slot is both changed and only read. */
export type AccountAccess = {
  readonly address: Address
  readonly storageChanges: readonly SlotChanges[]
  /** Slots that were read and never changed. */
  readonly storageReads: readonly Word[]
  readonly balanceChanges: readonly Change<bigint>[]
  readonly nonceChanges: readonly Change<bigint>[]
  /** No bytes: the code was cleared. */
  readonly codeChanges: readonly Change<Bytes>[]
}

export type SlotChanges = { readonly slot: Word; readonly changes: readonly Change<Word>[] }

/**
 * What something was after the part of the block that has this index: 0 is what the protocol does before the first transaction,
 * 1 to n are the transactions, n + 1 is what it does after the last. Only what differs from before that
 * part is a change.
 */
export type Change<value> = { readonly index: number; readonly value: value }

import type { BlockAccessList, TeamRun } from '../parallel/index.ts'
import type { Address, Hash, Log, Word } from '../primitives/index.ts'
import type { AccountProof, StateView } from '../state/index.ts'
import type { Block, Header, Receipt } from './block.ts'
import type { Head } from './ledger.ts'

/** Where a transaction stands. */
export type TransactionLocation = { readonly blockHash: Hash; readonly blockNumber: bigint; readonly index: number }

/** What `eth_getLogs` asks for. Block numbers inclusive. Empty lists match everything. */
export type LogQuery = {
  readonly fromBlock: bigint
  readonly toBlock: bigint
  readonly addresses: readonly Address[]
  /** Per position the topics that match; an empty list matches any. */
  readonly topics: readonly (readonly Hash[])[]
}

/** A log and where it stands. `logIndex` counts within the block. */
export type LocatedLog = Log & {
  readonly blockHash: Hash
  readonly blockNumber: bigint
  readonly blockTimestampSeconds: bigint
  readonly transactionHash: Hash
  readonly transactionIndex: number
  readonly logIndex: number
}

/** Everything that can be read of the chain, from any thread. Reads see the newest commit. */
export interface Archive {
  head(): Head
  /**
   * The oldest block that is here with all that belongs to it, besides the genesis block, of which only the state is missing
   * then. 0 unless the chain began with a state that others had.
   */
  firstBlock(): bigint
  /** The head's block. */
  headBlock(): Block
  block(hash: Hash): Block | undefined
  header(hash: Hash): Header | undefined
  blockHash(number: bigint): Hash | undefined
  receipts(blockHash: Hash): readonly Receipt[] | undefined
  /** What a block accessed and changed (EIP-7928); undefined when the block is unknown, and for the genesis block. */
  accessList(blockHash: Hash): BlockAccessList | undefined
  /** How this node's team executed a block; undefined when none did. */
  teamRun(blockHash: Hash): TeamRun | undefined
  transaction(hash: Hash): TransactionLocation | undefined
  logs(query: LogQuery): readonly LocatedLog[]
  /** The newest state, edits included: each read sees what is newest then. Cheaper than `stateAt` the head's hash. */
  headState(): StateView
  /** The state after a block; at the head edits are included. Undefined when it is not here. */
  stateAt(blockHash: Hash): StateView | undefined
  /** Root of what `stateAt` answers. */
  stateRootAt(blockHash: Hash): Hash | undefined
  /** An account and slots of it with their proofs against {@link stateRootAt}; undefined where that is. */
  prove(blockHash: Hash, address: Address, slots: readonly Word[]): Promise<AccountProof | undefined>
}

/**
 * Chain: blocks, and what is remembered of them.
 *
 *   transactions -> Mempool -> Producer -> Ledger --one batch per commit--> Store
 *                                                                            |
 *          eth_call, estimates <- Simulator          questions <- Archive <--+
 *
 * The ledger is the only writer: it executes a block, computes its roots, seals its header and stores everything in one
 * batch. Archives read what was committed, from any thread, and keep nothing that a commit could make wrong. A commit is
 * a block or a developer's edit of the state; each carries an undo record, so that a snapshot is just a number of a
 * commit to return to. There are no forks: a block is stored by its number, and its hash is an index.
 *
 * Under consensus there is neither producer nor ledger, but an ordered chain over a branch ledger (ordered/): bodies are judged
 * against a state three blocks old, executed while they wait to be final, and stored once they are.
 *
 * - L1, L2 in ledger.ts: a commit is whole; the head's state root is the root of the flat state.
 * - L3, L4 in ordered/branchLedger.ts, O1 to O3 in ordered/orderedChain.ts: only what is final is stored; what was ordered is kept,
 *   can pay, and has one result.
 * - C1 *Roots are true from block 0 on*: every state root, transactions root and receipts root can be proved against.
 * - C2 *What was produced can be read back*: decode after encode is the identity for headers, bodies and receipts.
 * - C3 *Rewinding restores the store byte for byte*, but for code and trie nodes, which their hashes name for ever.
 */

export { createArchive } from './archive/createArchive.ts'
export { createLogFilter, locateLogs } from './archive/logFilter.ts'
export type * from './archive.ts'
export type * from './block.ts'
export { encodeBlock, sealBlock } from './codec/block.ts'
export { bloomOf, mergeBlooms } from './codec/bloom.ts'
export { decodeHeader, encodeHeader, hashHeader } from './codec/header.ts'
export { encodeReceipt } from './codec/receipt.ts'
export { type FeeHistory, type FeeHistoryQuery, feeHistory } from './feeHistory.ts'
export { nextBaseFee, nextExcessBlobGas } from './fees.ts'
export {
  CHAIN_HARDFORKS,
  type ChainHardfork,
  type DevGenesisOptions,
  devGenesis,
  type Genesis,
  type GenesisAccount,
  genesisBlock,
  hashRequests,
} from './genesis/genesis.ts'
export { genesisFile, parseGenesis } from './genesis/genesisFile.ts'
export { type ChainBase, chainBaseWrites, receivedBlock } from './ledger/chainBase.ts'
export { storedGenesis } from './ledger/chainStart.ts'
export { revertReason } from './ledger/failure.ts'
export { type LedgerParts, openLedger } from './ledger/openLedger.ts'
export { diffOfEdits } from './ledger/stateEdit.ts'
export type * from './ledger.ts'
export type * from './mempool.ts'
export { checkOrderable } from './ordered/admission.ts'
export {
  type AccountChange,
  type BranchLedger,
  type BranchLedgerParts,
  type BranchResult,
  openBranchLedger,
} from './ordered/branchLedger.ts'
export {
  createOrderedChain,
  type OrderedBlock,
  type OrderedChain,
  type OrderedChainParts,
  type Payload,
} from './ordered/orderedChain.ts'
export {
  createTransactionReader,
  type DecodeAll,
  decodeInTurns,
  type TransactionReader,
} from './ordered/transactionReader.ts'
export { MAX_CREATION_BYTES } from './pool/admission.ts'
export {
  createMempool,
  DEFAULT_POOL_LIMITS,
  type MempoolParts,
  NETWORK_POOL_LIMITS,
  type PoolLimits,
} from './pool/createMempool.ts'
export type * from './producer.ts'
export { type Clock, systemClock } from './production/clock.ts'
export { createProducer, type ProducerParts } from './production/createProducer.ts'
export { readHead, readHeader, readHeaderBytes, readOrder, readReceiptBytes } from './records/records.ts'
export {
  createSimulationCore,
  type SimulationCore,
  type SimulationParts,
} from './simulation/createSimulationCore.ts'
export type { PendingAccount, PendingAccountQuery, PendingQuery } from './simulation/pendingBlock.ts'
export type * from './simulator.ts'
export { MIN_SUGGESTED_TIP_WEI, suggestTip } from './suggestTip.ts'

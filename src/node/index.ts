/**
 * Node: the composition root. The one place that knows every part, opens files and sockets, starts threads and reads the
 * clock; everything below is handed what it needs.
 *
 *   main thread: RPC, mempool, producer  --blocks to make-->  ledger thread: the one writer
 *                                        --calls to try--->   simulator thread: snapshots, never writes
 *                                        --batches of raws--> senders' threads: recover who signed
 *                      ledger thread <---memory, no messages---> team: threads that execute its transactions
 *
 * A node of a network (validator/) has no producer: consensus orders blocks, and a driver carries out what it says.
 *
 *   transport <--messages--> driver: step(state, input) --outputs--> safety record | timers | transport | ordered chain
 *                                                                                            |
 *                              ledger thread: executes before a block is final, stores after <--+
 *
 * - N1 *One writer.* Only the ledger's thread changes the data directory after the start.
 * - N2 *What is not ours is not touched*: a foreign or damaged directory is refused before anything is opened in it.
 * - N3 *What was opened is closed*, in the opposite order, also when the start fails half-way.
 * - N4 *A node that doubts its state stops*: the end of the ledger's thread, or an invariant that does not hold, is the end.
 */
export { CHAIN_HARDFORKS } from '../chain/index.ts'
export { MAX_WORKERS } from '../parallel/index.ts'
export { DEV_MNEMONIC, deriveAccounts } from './devAccounts.ts'
export { createExecution, EVM_ENGINES } from './machines.ts'
export { moduleRefusal } from './moduleCheck.ts'
export type * from './networks.ts'
export { startNode } from './node.ts'
export * from './options.ts'
export { defaultWorkers } from './team.ts'

/**
 * What only networks of validators need: signatures in a native library, libp2p. Loaded when asked for, so that a
 * development node starts without.
 */
export const loadNetworks = () => import('./networks.ts')

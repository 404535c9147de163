/**
 * Testing: a chain for tests of contracts, on the real machines, in the test's own process.
 *
 *   const chain = await createTestChain()
 *   const token = await chain.deploy('contracts/Token.ts', ['Gold', 'GLD', 1000n])
 *   await token.write.transfer([bob, 5n], { from: alice })      // decoded result, events, gas
 *
 *   chain -> contract (viem's manners) -> sandbox: a state in memory -> router -> the node's EVM and WASM engines
 *                                                                        '-- each frame traced, for the words of a failure
 *
 * There is no node here: no socket, no thread, no block production, no store. What runs a transaction is what runs it in a
 * node, put together by the same function, so results, storage, events and gas are the same to the unit.
 *
 * - T1 *A chain is its own*: two chains share caches, never state.
 * - T2 *A test runs the same each time*: addresses, times and hashes come from no clock and no chance.
 * - T3 *Nothing fails in silence*: a call that fails throws, and says in words why and where.
 */
export { createTestChain, type TestChainOptions } from './chain.ts'
export { ContractError } from './contractError.ts'
export type {
  CallOptions,
  ContractSource,
  DeployedContract,
  Snapshot,
  TestBlock,
  TestChain,
  TestContract,
  TestEvent,
  TestReceipt,
} from './types.ts'

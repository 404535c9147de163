/**
 * A block's transactions have an order, and what they leave must be what that order leaves. Most of them have nothing to do with
 * each other, so workers execute them at the same time on a guess and keep what turns out right (Block-STM, arXiv 2203.06871).
 *
 * ```
 *   block ──> layOut ──> shared memory: transactions · locations · versions · results
 *                          ▲ claim     │ read: what lower ones left so far, else the base
 *                          │           ▼
 *              worker 1..N: execute ──> publish writes ──> commit in order ──> outcomes and diff
 *                          ▲                                  │
 *                          └────── told what is not so <──────┘
 * ```
 *
 * Every location (an account, a slot) keeps a version per transaction that wrote it. An execution reads the version of the
 * nearest lower transaction and remembers what it was told. It becomes final when all below it are and they still tell the same;
 * else its versions are marked as estimates, for which others wait, and it is executed again, now on what is final.
 *
 * - X1 *One meaning.* The result is that of executing one after the other, bit for bit, whatever the workers do and when.
 * - X2 *No trace.* A transaction that is not in the block changed nothing, whatever its execution did.
 * - X3 *In the block's room.* A transaction is admitted by the gas and blobs that the final ones below it left.
 * - E1 to E5 are the scheduler's: one at a time, nothing is forgotten, one blocker, in order, it ends.
 *
 * Whatever goes wrong with the workers, the block is executed again without them: {@link createParallelExecutor} is a
 * {@link BlockExecutor} like {@link createSequentialExecutor}, whose meaning it must reproduce.
 */
export { decodeAccessList, encodeAccessList, hashAccessList } from './accessList/codec.ts'
export { leaveOutRejected } from './accessList/leaveOut.ts'
export type * from './accessList/types.ts'
export type * from './executor.ts'
export { executeIdleBlock } from './idleBlock.ts'
export { allocateShared } from './memory/arena.ts'
export { MAX_WORKERS } from './memory/control.ts'
export * from './parallel.ts'
export { REQUEST_CONTRACTS } from './protocolCalls.ts'
export { decodeBatch } from './recovery.ts'
export { rememberedView } from './rememberedView.ts'
export type * from './run/teamRun.ts'
export * from './schedule/conflictGraph.ts'
export * from './schedule/traceBlock.ts'
export * from './sequential.ts'
export type * from './team/team.ts'
export * from './team/threadTeam.ts'
export * from './team/virtualTeam.ts'
export { serveTeam, type TeamWorker } from './team/workerLoop.ts'

/**
 * Router: a transaction in; a receipt's facts, a diff and an access set out.
 *
 *   transaction -> checks -> buy gas -> [ frame driver ] -> refunds, coinbase -> outcome
 *                                         |  code kind?
 *                                         +-- \0asm -> WASM engine --+
 *                                         +-- else  -> EVM engine ---+--> Host.call -> frame driver
 *
 * The router knows no opcode and no host function. It knows what is the same for both machines: who may send, what gas
 * costs before and after, where value moves, what a failed frame undoes, what may become code. The engines are handed in.
 *
 * - R1 *A rejected transaction leaves no trace*, an executed one always pays and counts its nonce.
 * - R2 *A frame that does not succeed is undone as a whole*, access marks excepted (J2).
 * - R3 *Gas never grows*: a child's gas comes out of its parent's, in either direction across VMs.
 * - R5 *A throw stays inside.* A transaction whose execution throws ends as `executeIsolated` says, and no other one hears of it.
 * - R4 *Code decides.* Which VM runs a frame depends on the code's first bytes, on nothing else.
 */
export * from './checks.ts'
export { depositRequests } from './deposits.ts'
export { BLOB_GAS, blobBaseFee, effectiveGasPrice, maxCost } from './fees.ts'
export * from './intrinsic.ts'
export * from './isolate.ts'
export type * from './outcome.ts'
export * from './systemCall.ts'
export * from './transact.ts'

/**
 * What both virtual machines agree on: types, no behaviour. The "EVMC" of this house.
 *
 *   transaction -> router -> Execution -> VmEngine --Message--> Host.call -> router -> Execution -> the other VmEngine
 *
 * - V1 *Synchronous.* Nothing here returns a Promise: a wasm import cannot await.
 * - V2 *One journal.* Every effect goes through `Host.journal`; an engine that keeps anything else keeps only caches.
 * - V3 *Three endings.* Success keeps its effects, revert undoes them and returns gas, halt undoes them and burns the gas.
 */
export * from './codeKind.ts'
export * from './delegation.ts'
export type * from './engine.ts'
export type * from './host.ts'
export * from './message.ts'

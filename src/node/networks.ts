/** Networks of validators: making one, and running a node of one. The rest of the room's front door, see `loadNetworks`. */

export type * from './setup/createNetwork.ts'
export { createNetwork } from './setup/createNetwork.ts'
export { gethGenesis } from './setup/gethGenesis.ts'
export type { ConsensusParameters } from './setup/networkGenesis.ts'
export type { NodePorts } from './setup/nodeConfig.ts'
export type { RunningValidatorNode, ValidatorNodeOptions } from './validator/options.ts'
export { startValidatorNode } from './validator/validatorNode.ts'

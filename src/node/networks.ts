/** Networks of validators: making one, and running a node of one. The rest of the room's front door, see `loadNetworks`. */

export { parseContact } from '../network/index.ts'
export type { NetworkNodeInfo, NetworkNodeOptions } from './networkNode.ts'
export { startNetworkNode } from './networkNode.ts'
export type * from './setup/createNetwork.ts'
export { createNetwork } from './setup/createNetwork.ts'
export { devAddresses, gethGenesis } from './setup/gethGenesis.ts'
export { followerKeys, readKeys } from './setup/keys.ts'
export type { ConsensusParameters } from './setup/networkGenesis.ts'
export type { NodePorts } from './setup/nodeConfig.ts'
export { readNodeConfig } from './setup/nodeConfig.ts'

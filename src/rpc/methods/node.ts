import { keccakHash, toQuantity } from '../../primitives/index.ts'
import { data } from '../codec/scalars.ts'
import { defineMethod } from '../method.ts'

/** `web3_` and the namespaces as small as it: who this node is and what it is connected to. */
export const nodeMethods = [
  defineMethod({
    name: 'web3_clientVersion',
    summary: 'The name and version of this node.',
    params: [],
    handler: ({ config }) => config.clientVersion,
  }),
  defineMethod({
    name: 'web3_sha3',
    summary: 'Keccak-256 of the data.',
    params: [data],
    handler: (_, bytes) => keccakHash(bytes),
  }),
  defineMethod({
    name: 'net_version',
    summary: 'The chain id in decimal.',
    params: [],
    handler: ({ config }) => config.chainId.toString(),
  }),
  defineMethod({
    name: 'net_listening',
    summary: 'Whether the node takes part in a network.',
    params: [],
    handler: ({ network }) => network().isListening,
  }),
  defineMethod({
    name: 'net_peerCount',
    summary: 'The number of peers.',
    params: [],
    handler: ({ network }) => toQuantity(network().peerCount),
  }),
  defineMethod({
    name: 'rpc_modules',
    summary: 'The namespaces that have a method here.',
    params: [],
    handler: ({ namespaces }) => Object.fromEntries(namespaces.map((name) => [name, '1.0'])),
  }),
]

import type { NetworkNodeInfo } from '../node/index.ts'

/** What a person sees of a network's node when it has started. */
export function banner(version: string, info: NetworkNodeInfo): string {
  return [
    '',
    `evmpp ${version}: a node of chain ${info.chainId}`,
    '',
    `Role       ${info.validatorId === undefined ? 'follows, without a vote' : `validator ${info.validatorId}`}`,
    `Rules      ${info.hardfork}`,
    `Data       ${info.dataDirectory}`,
    `Block      ${info.blockNumber}`,
    `Peers      ${info.p2pAddress}`,
    `RPC        ${info.url} (HTTP and WebSocket)`,
    ...(info.metricsUrl === undefined ? [] : [`Metrics    ${info.metricsUrl}/metrics`]),
    '',
    `"evmpp status --rpc-url ${info.url}" tells how it does. Ctrl-C stops the node.`,
    '',
    '',
  ].join('\n')
}

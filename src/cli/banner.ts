import { getAddress } from 'viem'
import type { NodeInfo } from '../node/index.ts'

/** What a person sees first: under 40 lines, all that is needed for the first minute; `contracts` are what the project has. */
export function banner(version: string, info: NodeInfo, contracts: readonly string[]): string {
  const accounts = info.accounts.map(
    ({ address, privateKey }, index) => `  (${index}) ${getAddress(address)}  ${privateKey}`,
  )
  return [
    '',
    `evmpp ${version}: EVM and WebAssembly contracts on one state`,
    '',
    ...(accounts.length === 0
      ? ['No development accounts: the genesis file funds none of them.']
      : [
          'Accounts (10000 ether each in the first block) and their keys:',
          ...accounts,
          '',
          'WARNING: these keys are public. Whatever is sent to them on another network is lost.',
        ]),
    '',
    `Chain id   ${info.chainId}`,
    `Rules      ${info.hardfork}`,
    `Data       ${info.dataDirectory ?? 'none: gone when the node stops'}`,
    `Block      ${info.blockNumber}`,
    `RPC        ${info.url} (HTTP and WebSocket)`,
    '',
    'In a second terminal:',
    ...(contracts.length === 0 ? ['  npx evmpp new my-contracts'] : []),
    ...contracts.map((path) => `  npx evmpp deploy ${path}${urlOption(info)}`),
    '',
    'Ctrl-C stops the node.',
    '',
    '',
  ].join('\n')
}

function urlOption({ url }: NodeInfo): string {
  return url === 'http://127.0.0.1:8545' ? '' : ` --rpc-url ${url}`
}

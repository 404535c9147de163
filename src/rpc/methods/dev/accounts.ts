import type { StateEdit } from '../../../chain/index.ts'
import { address, boolean, data, quantity, quantity64, slot } from '../../codec/scalars.ts'
import { defineDevMethod } from '../../method.ts'
import type { DevScope } from '../../scope.ts'

/** True is what Hardhat answers; anvil answers null and nobody looks. */
async function edit({ producer }: DevScope, change: StateEdit): Promise<true> {
  await producer.edit([change])
  return true
}

/** A developer's hand in the state, and accounts without keys. */
export const accountMethods = [
  defineDevMethod({
    name: 'anvil_setBalance',
    aliases: ['hardhat_setBalance', 'evm_setAccountBalance'],
    summary: "Sets an account's balance in wei.",
    params: [address, quantity],
    handler: (scope, account, balanceWei) => edit(scope, { kind: 'balance', address: account, balanceWei }),
  }),
  defineDevMethod({
    name: 'anvil_setNonce',
    aliases: ['hardhat_setNonce', 'evm_setAccountNonce'],
    summary: "Sets an account's nonce.",
    params: [address, quantity64],
    handler: (scope, account, nonce) => edit(scope, { kind: 'nonce', address: account, nonce }),
  }),
  defineDevMethod({
    name: 'anvil_setCode',
    aliases: ['hardhat_setCode', 'evm_setAccountCode'],
    summary: "Sets an account's code: EVM bytecode or a WebAssembly module.",
    params: [address, data],
    handler: (scope, account, code) => edit(scope, { kind: 'code', address: account, code }),
  }),
  defineDevMethod({
    name: 'anvil_setStorageAt',
    aliases: ['hardhat_setStorageAt', 'evm_setAccountStorageAt'],
    summary: 'Sets one storage slot.',
    params: [address, slot, quantity],
    handler: (scope, account, key, value) => edit(scope, { kind: 'storage', address: account, slot: key, value }),
  }),
  defineDevMethod({
    name: 'anvil_impersonateAccount',
    aliases: ['hardhat_impersonateAccount'],
    summary: 'Lets eth_sendTransaction send from an account without its key.',
    params: [address],
    handler({ impersonation }, account) {
      impersonation.start(account)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_stopImpersonatingAccount',
    aliases: ['hardhat_stopImpersonatingAccount'],
    summary: 'Ends an impersonation.',
    params: [address],
    handler({ impersonation }, account) {
      impersonation.stop(account)
      return true
    },
  }),
  defineDevMethod({
    name: 'anvil_autoImpersonateAccount',
    summary: 'Impersonates every account, or stops doing so.',
    params: [boolean],
    handler({ impersonation }, isAllowed) {
      impersonation.setAll(isAllowed)
      return true
    },
  }),
]

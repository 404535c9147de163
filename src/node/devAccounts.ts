import { pbkdf2Sync } from 'node:crypto'
import { HDKey } from '@scure/bip32'
import type { Address, Bytes } from '../primitives/index.ts'
import { addressOfPrivateKey, assert } from '../primitives/index.ts'

/** The phrase that every Ethereum development tool uses. Public: never send real value to its accounts. */
export const DEV_MNEMONIC = 'test test test test test test test test test test test junk'

const DEV_ACCOUNTS = 10

/** What each development account has in the first block: 10,000 ether. */
export const DEV_BALANCE_WEI = 10_000n * 10n ** 18n

/** The accounts of {@link DEV_MNEMONIC} that a new chain funds. */
export function devAccounts(): readonly DevAccount[] {
  return deriveAccounts(DEV_MNEMONIC, DEV_ACCOUNTS)
}

/** An account whose key the node holds. `privateKey` has 32 bytes. */
export type DevAccount = { readonly address: Address; readonly privateKey: Bytes }

/** The first `count` accounts of a BIP-39 phrase at m/44'/60'/0'/0/i, as wallets derive them (BIP-44). */
export function deriveAccounts(mnemonic: string, count: number): readonly DevAccount[] {
  // BIP-39's seed. Node's own PBKDF2 takes 2 ms here, a JavaScript one 60 ms.
  const seed = pbkdf2Sync(mnemonic.normalize('NFKD'), 'mnemonic', 2048, 64, 'sha512')
  const parent = HDKey.fromMasterSeed(seed).derive("m/44'/60'/0'/0")
  return Array.from({ length: count }, (_, index) => {
    const { privateKey } = parent.deriveChild(index)
    assert(privateKey !== null, 'a derived key is private')
    return { address: addressOfPrivateKey(privateKey), privateKey }
  })
}

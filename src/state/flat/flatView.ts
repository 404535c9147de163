import { type Address, EMPTY_BYTES, EMPTY_TRIE_ROOT, wordFromBytes } from '../../primitives/index.ts'
import { stateKeys } from '../store/keys.ts'
import type { StoreReader } from '../store/store.ts'
import { type AccountRecord, decodeAccount } from '../trie/account.ts'
import type { StateView } from '../view.ts'
import { readCode } from './code.ts'

/** The newest committed state, with one read of the store per question. */
export function flatView(reader: StoreReader): StateView {
  const record = (address: Address): AccountRecord | undefined => {
    const bytes = reader.get(stateKeys.account(address))
    return bytes === undefined ? undefined : decodeAccount(bytes)
  }
  return {
    account: (address) => record(address)?.account,
    code: (codeHash) => readCode(reader, codeHash),
    storage: (address, slot) => wordFromBytes(reader.get(stateKeys.slot(address, slot)) ?? EMPTY_BYTES),
    hasStorage: (address) => (record(address)?.storageRoot ?? EMPTY_TRIE_ROOT) !== EMPTY_TRIE_ROOT,
  }
}

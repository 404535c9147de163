import { type Address, EMPTY_TRIE_ROOT, fromHex, type Hash, wordToBytes } from '../../primitives/index.ts'
import { readCode } from '../flat/code.ts'
import { stateKeys } from '../store/keys.ts'
import type { StoreReader } from '../store/store.ts'
import type { StateView } from '../view.ts'
import { type AccountRecord, decodeAccount, decodeSlotValue } from './account.ts'
import type { ReadNode } from './stateTrie.ts'
import { walk } from './walk.ts'

/** The trie nodes of a store, by hash. */
export function nodeReader(reader: StoreReader): ReadNode {
  return (hash) => reader.get(stateKeys.trieNode(hash))
}

/** The state at any committed root, read from trie nodes: slower than the flat state, but it knows the past. */
export function trieView(reader: StoreReader, root: Hash): StateView {
  const readNode = nodeReader(reader)
  const record = (address: Address): AccountRecord | undefined => {
    const { value } = walk(readNode, root, fromHex(address))
    return value === undefined ? undefined : decodeAccount(value)
  }
  const storageRoot = (address: Address): Hash => record(address)?.storageRoot ?? EMPTY_TRIE_ROOT
  return {
    account: (address) => record(address)?.account,
    code: (codeHash) => readCode(reader, codeHash),
    storage: (address, slot) => {
      const { value } = walk(readNode, storageRoot(address), wordToBytes(slot))
      return value === undefined ? 0n : decodeSlotValue(value)
    },
    hasStorage: (address) => storageRoot(address) !== EMPTY_TRIE_ROOT,
  }
}

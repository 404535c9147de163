import type { Bytes, Hash } from '../../primitives/index.ts'
import { stateKeys } from '../store/keys.ts'
import type { StoreReader } from '../store/store.ts'

/** The trie node or the code of this hash: what `TrieDownload` asks others for. */
export function readNamed(reader: StoreReader, hash: Hash): Bytes | undefined {
  return reader.get(stateKeys.trieNode(hash)) ?? reader.get(stateKeys.code(hash))
}

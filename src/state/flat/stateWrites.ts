import { type Address, assert, integerBytes } from '../../primitives/index.ts'
import { slotRange, stateKeys } from '../store/keys.ts'
import type { StoreReader, Write } from '../store/store.ts'
import { encodeAccount } from '../trie/account.ts'
import type { TrieUpdate } from '../trie/stateTrie.ts'
import type { AccountDiff, StateDiff } from '../view.ts'

/**
 * What commits a diff: flat accounts and slots, codes and trie nodes, for one batch. `reader` is the state that the
 * diff was made against, `update` what the trie made of it. O(size of the diff, and of storages that it drops).
 */
export async function stateWrites(reader: StoreReader, diff: StateDiff, update: TrieUpdate): Promise<readonly Write[]> {
  const writes: Write[] = update.nodes.map(({ hash, bytes }) => ({ key: stateKeys.trieNode(hash), value: bytes }))
  for (const entry of diff) {
    // Deletions come first: within a batch the later write of a key wins.
    if (entry.storageReset) writes.push(...(await dropStorage(reader, entry.address)))
    writes.push(accountWrite(entry, update), ...slotWrites(entry), ...codeWrites(entry))
  }
  return writes
}

async function dropStorage(reader: StoreReader, address: Address): Promise<readonly Write[]> {
  const writes: Write[] = []
  for await (const [key] of reader.entries(...slotRange(address))) writes.push({ key, value: undefined })
  return writes
}

function accountWrite({ address, account }: AccountDiff, update: TrieUpdate): Write {
  const key = stateKeys.account(address)
  if (account === undefined) return { key, value: undefined }
  const storageRoot = update.storageRoots.get(address)
  assert(storageRoot !== undefined, 'a trie update knows the storage root of every account that lives')
  return { key, value: encodeAccount({ account, storageRoot }) }
}

function slotWrites({ address, storage }: AccountDiff): readonly Write[] {
  return storage.map(([slot, value]) => ({
    key: stateKeys.slot(address, slot),
    value: value === 0n ? undefined : integerBytes(value, 256, 'slot value'),
  }))
}

function codeWrites({ account, code }: AccountDiff): readonly Write[] {
  return account === undefined || code === undefined ? [] : [{ key: stateKeys.code(account.codeHash), value: code }]
}

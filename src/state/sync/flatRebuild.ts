import { type Bytes, EMPTY_TRIE_ROOT, fromHex, type Hash, trimmedBytes } from '../../primitives/index.ts'
import { KEY_PREFIX, stateKeys } from '../store/keys.ts'
import type { Store, Write } from '../store/store.ts'
import { decodeAccount, decodeSlotValue } from '../trie/account.ts'
import { decodeNode, hashIn, type Reference, referenceTo, requireNode } from '../trie/node.ts'
import { bytesOfPath, type Path } from '../trie/path.ts'
import type { ReadNode } from '../trie/stateTrie.ts'
import { nodeReader } from '../trie/trieView.ts'

/** Writes of one batch. */
const BATCH = 4_096

/**
 * Makes the flat state anew from the trie at `root`, all of which is stored (T1). May end at any point: done again it gives
 * the same. O(state).
 */
export async function rebuildFlat(store: Store, root: Hash): Promise<void> {
  const readNode = nodeReader(store)
  let batch: Write[] = []
  const put = async (write: Write): Promise<void> => {
    batch.push(write)
    if (batch.length < BATCH) return
    await store.write(batch)
    batch = []
  }
  for (const prefix of [KEY_PREFIX.account, KEY_PREFIX.slot]) {
    const range = [Uint8Array.of(prefix), Uint8Array.of(prefix + 1)] as const
    for await (const [key] of store.entries(...range)) await put({ key, value: undefined })
  }
  for (const [addressHash, value] of leaves(readNode, root)) {
    await put({ key: stateKeys.accountByHash(addressHash), value })
    for (const [slotHash, slotValue] of leaves(readNode, decodeAccount(value).storageRoot)) {
      const number = trimmedBytes(decodeSlotValue(slotValue))
      await put({ key: stateKeys.slotByHash(addressHash, slotHash), value: number })
    }
  }
  await store.write(batch)
}

/** Every key of a secure trie, hashed, and its value, ascending. */
function* leaves(readNode: ReadNode, root: Hash): Generator<readonly [keyHash: Bytes, value: Bytes]> {
  type Place = { readonly child: Reference | undefined; readonly path: Path }
  const beginning = root === EMPTY_TRIE_ROOT ? undefined : referenceTo(fromHex(root))
  const waiting: Place[] = [{ child: beginning, path: new Uint8Array() }]
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { child, path } = place
    if (child === undefined) continue
    const hash = hashIn(child)
    const node = decodeNode(hash === undefined ? child : requireNode(readNode, hash))
    if (node.kind === 'leaf') yield [bytesOfPath(Uint8Array.of(...path, ...node.path)), node.value]
    if (node.kind === 'extension') waiting.push({ child: node.child, path: Uint8Array.of(...path, ...node.path) })
    if (node.kind !== 'branch') continue
    for (let nibble = 15; nibble >= 0; nibble -= 1) {
      waiting.push({ child: node.children[nibble], path: Uint8Array.of(...path, nibble) })
    }
  }
}

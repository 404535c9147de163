import { describe, expect, test } from 'vitest'
import {
  type Address,
  type Bytes,
  EMPTY_TRIE_ROOT,
  type Hash,
  keccakHash,
  toAddress,
} from '../../../src/primitives/index.ts'
import {
  createMemoryStore,
  createMptTrie,
  createTrieDownload,
  flatView,
  nodeReader,
  readNamed,
  rebuildFlat,
  type StateDiff,
  type Store,
  stateWrites,
  trieView,
} from '../../../src/state/index.ts'
import { Random } from '../../fuzz/random.ts'

const addressOf = (index: number): Address => toAddress(`0x${(index + 1).toString(16).padStart(40, '0')}`)
const CODES = [1, 2, 3].map((size) => new Uint8Array(size * 40).fill(size))

/** Accounts with and without code; some share their whole storage, some have slots so small that nodes lie within others. */
function diffOf(accounts: number, from = 0): StateDiff {
  return Array.from({ length: accounts }, (_, index) => {
    const code = index % 3 === 0 ? CODES[index % CODES.length] : undefined
    const slots = index % 5 === 0 ? 40 : index % 7
    const storage = Array.from({ length: slots }, (_, slot) => [BigInt(slot), BigInt(slot + 1)] as const)
    const codeHash = keccakHash(code ?? new Uint8Array())
    const account = { nonce: BigInt(index), balanceWei: 10n ** 18n + BigInt(index), codeHash }
    return { address: addressOf(from + index), account, code, storageReset: false, storage }
  })
}

async function apply(store: Store, root: Hash, diff: StateDiff): Promise<Hash> {
  const update = await createMptTrie(nodeReader(store)).apply(root, diff)
  await store.write(await stateWrites(store, diff, update))
  return update.root
}

const random = new Random(5, 0)

/** Asks `source` for everything; ends after `steps` questions, as a crash would. */
async function download(source: Store, target: Store, roots: readonly Hash[], steps = Number.POSITIVE_INFINITY) {
  const trie = createTrieDownload(target, roots)
  for (let step = 0; step < steps && !trie.isDone; step += 1) {
    const hashes = trie.next(1 + random.below(20))
    const lost = hashes.filter(() => random.below(4) === 0)
    const answers = hashes.filter((hash) => !lost.includes(hash)).map((hash) => readNamed(source, hash) as Bytes)
    for (const bytes of answers) expect(trie.take(bytes)).toBe(true)
    trie.giveBack(lost)
    if (step % 3 === 0) await trie.flush()
    if (hashes.length === 0) await trie.flush()
  }
  return trie
}

async function entries(store: Store, prefix: string): Promise<readonly string[]> {
  const found: string[] = []
  const code = prefix.charCodeAt(0)
  for await (const [key, value] of store.entries(Uint8Array.of(code), Uint8Array.of(code + 1)))
    found.push(`${Buffer.from(key).toString('hex')}=${Buffer.from(value).toString('hex')}`)
  return found
}

describe('a state that others have', () => {
  test('is fetched by the hashes of its parts, and its flat form made from them', async () => {
    const source = createMemoryStore()
    const old = await apply(source, EMPTY_TRIE_ROOT, diffOf(100))
    const root = await apply(source, old, diffOf(150, 60))
    const target = createMemoryStore()
    const trie = await download(source, target, [old, root])
    expect(trie.isDone).toBe(true)
    await rebuildFlat(target, root)
    for (const prefix of ['a', 's', 'c', 'n'])
      expect(await entries(target, prefix)).toEqual(await entries(source, prefix))
    // The older root is whole, too.
    expect(trieView(target, old).storage(addressOf(5), 3n)).toBe(4n)
    expect(flatView(target).storage(addressOf(65), 39n)).toBe(40n)
  })

  test('goes on after any crash, with all that was stored before', async () => {
    const source = createMemoryStore()
    const root = await apply(source, EMPTY_TRIE_ROOT, diffOf(200))
    const target = createMemoryStore()
    let asked = 0
    for (let run = 0; run < 100; run += 1) {
      const trie = await download(source, target, [root], 8)
      asked += trie.progress.parts
      if (trie.isDone) break
      // Whatever is stored is whole: each node's children are there.
      const again = createTrieDownload(target, [root])
      expect(again.isDone).toBe(false)
    }
    await rebuildFlat(target, root)
    expect(await entries(target, 'n')).toEqual(await entries(source, 'n'))
    expect(await entries(target, 's')).toEqual(await entries(source, 's'))
    // Nothing was fetched and stored twice.
    expect(asked).toBe((await entries(source, 'n')).length + (await entries(source, 'c')).length)
  })

  test('what arrives while a batch is written is stored, too', async () => {
    const source = createMemoryStore()
    const root = await apply(source, EMPTY_TRIE_ROOT, diffOf(60))
    const memory = createMemoryStore()
    let release: () => void = () => undefined
    const slow: Store = {
      ...memory,
      write: async (batch) => {
        await new Promise<void>((resolve) => {
          release = resolve
        })
        await memory.write(batch)
      },
    }
    const trie = createTrieDownload(slow, [root])
    while (!trie.isDone) {
      const flushed = trie.flush()
      for (const hash of trie.next(40)) trie.take(readNamed(source, hash) as Bytes)
      release()
      await flushed
    }
    expect(await entries(memory, 'n')).toEqual(await entries(source, 'n'))
    expect(await entries(memory, 'c')).toEqual(await entries(source, 'c'))
  })

  test('takes nothing that was not asked for', async () => {
    const source = createMemoryStore()
    const root = await apply(source, EMPTY_TRIE_ROOT, diffOf(10))
    const trie = createTrieDownload(createMemoryStore(), [root])
    const bytes = readNamed(source, root) as Bytes
    expect(trie.take(bytes)).toBe(false)
    expect(trie.next(5)).toEqual([root])
    expect(trie.take(Uint8Array.of(...bytes, 0))).toBe(false)
    expect(trie.take(bytes)).toBe(true)
    expect(trie.take(bytes)).toBe(false)
  })

  test('an interrupted flat state is made anew', async () => {
    const source = createMemoryStore()
    const root = await apply(source, EMPTY_TRIE_ROOT, diffOf(30))
    const expected = await entries(source, 'a')
    await apply(source, root, diffOf(10, 100))
    await rebuildFlat(source, root)
    expect(await entries(source, 'a')).toEqual(expected)
  })
})

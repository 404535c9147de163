import { verifyMerkleProof } from '@ethereumjs/mpt'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Bytes,
  EMPTY_TRIE_ROOT,
  fromHex,
  type Hash,
  keccak256,
  keccakHash,
  rulesOf,
  wordToBytes,
  ZERO_ADDRESS,
} from '../../../src/primitives/index.ts'
import {
  createJournal,
  createMemoryStore,
  createMptTrie,
  createOverlay,
  emptyView,
  flatView,
  nodeReader,
  type StateDiff,
  type StateOverlay,
  type Store,
  stateRootOf,
  stateWrites,
  type TrieNode,
  trieView,
} from '../../../src/state/index.ts'
import { encodeAccount, encodeSlotValue } from '../../../src/state/trie/account.ts'
import { addresses, answersOf, genesis, run, type Step, slots, steps } from './arbitraries.ts'

const osaka = rulesOf('osaka')

/** A chain in small: a store, the same state whole in memory, and what it was at each root. */
type Chain = { readonly store: Store; readonly whole: StateOverlay; root: Hash; readonly past: Map<Hash, unknown> }

async function commit(chain: Chain, diff: StateDiff): Promise<readonly TrieNode[]> {
  const update = await createMptTrie(nodeReader(chain.store)).apply(chain.root, diff)
  await chain.store.write(await stateWrites(chain.store, diff, update))
  chain.whole.apply(diff)
  chain.root = update.root
  chain.past.set(chain.root, answersOf(chain.whole))
  return update.nodes
}

/** The net diff of some transactions on the committed state. */
function execute(chain: Chain, transactions: readonly (readonly Step[])[]): StateDiff {
  const block = createOverlay(flatView(chain.store))
  const journal = createJournal()
  for (const list of transactions) {
    journal.begin(block)
    run(journal, list)
    block.apply(journal.finish(osaka).diff)
  }
  return block.diff()
}

async function chainFrom(start: StateDiff): Promise<Chain> {
  const chain = { store: createMemoryStore(), whole: createOverlay(emptyView), root: EMPTY_TRIE_ROOT, past: new Map() }
  await commit(chain, start)
  return chain
}

const blocks = fc.array(fc.array(steps, { minLength: 1, maxLength: 3 }), { maxLength: 4 })

test('trie, flat state and memory agree block after block, and old roots stay readable (T1)', async () => {
  await fc.assert(
    fc.asyncProperty(genesis, blocks, async (start, list) => {
      const chain = await chainFrom(start)
      for (const transactions of list) {
        await commit(chain, execute(chain, transactions))
        expect(chain.root).toBe(stateRootOf(chain.whole.diff()))
        expect(answersOf(flatView(chain.store))).toEqual(answersOf(chain.whole))
      }
      for (const [root, answers] of chain.past) expect(answersOf(trieView(chain.store, root))).toEqual(answers)
    }),
    { numRuns: 100 },
  )
})

test('a trie of many slots follows every write and delete', async () => {
  const [address = ZERO_ADDRESS] = addresses
  const write = fc.tuple(fc.integer({ min: 0, max: 80 }).map(BigInt), fc.constantFrom(0n, 1n, 2n ** 200n))
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(write, { maxLength: 60 }), { minLength: 1, maxLength: 4 }), async (list) => {
      const chain = await chainFrom([])
      for (const writes of list) {
        const journal = createJournal()
        journal.begin(flatView(chain.store))
        journal.addBalance(address, 1n)
        for (const [slot, value] of writes) journal.setStorage(address, slot, value)
        await commit(chain, journal.finish(osaka).diff)
        expect(chain.root).toBe(stateRootOf(chain.whole.diff()))
      }
    }),
    { numRuns: 25 },
  )
})

test('no record outlives its account or its slot', async () => {
  await fc.assert(
    fc.asyncProperty(genesis, blocks, async (start, list) => {
      const chain = await chainFrom(start)
      for (const transactions of list) await commit(chain, execute(chain, transactions))
      const count = async (letter: string) => {
        let found = 0
        const from = letter.charCodeAt(0)
        for await (const _ of chain.store.entries(Uint8Array.of(from), Uint8Array.of(from + 1))) found += 1
        return found
      }
      const diff = chain.whole.diff()
      expect(await count('a')).toBe(diff.length)
      expect(await count('s')).toBe(diff.flatMap((entry) => entry.storage).length)
    }),
    { numRuns: 50 },
  )
})

test('an update holds the nodes of the new trie, each under its hash, and none that only served on the way', async () => {
  await fc.assert(
    fc.asyncProperty(genesis, async (start) => {
      const chain = await chainFrom([])
      const nodes = await commit(chain, start)
      for (const { hash, bytes } of nodes) expect(keccakHash(bytes)).toBe(hash)
      const trie = createMptTrie(nodeReader(chain.store))
      const met = new Set<Hash>()
      for (const { address, storage } of start) {
        const proof = await trie.prove(
          chain.root,
          address,
          storage.map(([slot]) => slot),
        )
        const all = [...proof.accountProof, ...proof.storageProofs.flatMap((one) => one.proof)]
        for (const node of all) met.add(keccakHash(node))
      }
      expect(new Set(nodes.map((node) => node.hash))).toEqual(met)
    }),
    { numRuns: 50 },
  )
})

test('proofs of what is there and of what is not satisfy a verifier that is not ours', async () => {
  await fc.assert(
    fc.asyncProperty(genesis, async (start) => {
      const chain = await chainFrom(start)
      const trie = createMptTrie(nodeReader(chain.store))
      for (const address of addresses) {
        const proof = await trie.prove(chain.root, address, slots)
        const { account, storageRoot } = proof
        expect(account).toEqual(chain.whole.account(address))
        expect(await proven(chain.root, fromHex(address), proof.accountProof)).toEqual(
          account && encodeAccount({ account, storageRoot }),
        )
        for (const { slot, value, proof: path } of proof.storageProofs) {
          expect(value).toBe(chain.whole.storage(address, slot))
          const expected = value === 0n ? undefined : encodeSlotValue(value)
          expect(await proven(storageRoot, wordToBytes(slot), path)).toEqual(expected)
        }
      }
    }),
    { numRuns: 30 },
  )
})

/** What a proof proves, by the library's verifier, which takes the first node's hash for the root. */
async function proven(root: Hash, key: Bytes, proof: readonly Bytes[]): Promise<Bytes | undefined> {
  const [top] = proof
  if (top === undefined) {
    expect(root).toBe(EMPTY_TRIE_ROOT)
    return undefined
  }
  expect(keccakHash(top)).toBe(root)
  const options = { useKeyHashing: true, useKeyHashingFunction: keccak256, root: fromHex(root) }
  return (await verifyMerkleProof(key, [...proof], options)) ?? undefined
}

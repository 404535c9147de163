import { describe, expect, test } from 'vitest'
import { createArchive } from '../../../src/chain/index.ts'
import { chainKeys } from '../../../src/chain/records/keys.ts'
import { type Bytes, type Hash, toHex, ZERO_ADDRESS, ZERO_HASH } from '../../../src/primitives/index.ts'
import {
  createMemoryStore,
  createMptTrie,
  KEY_PREFIX,
  nodeReader,
  type Store,
  type StoreReader,
} from '../../../src/state/index.ts'
import { KEEPER, keep, nextRequest, openTestChain, SENDERS, signed } from '../../harness/testChain.ts'

/** A store that loses records while it is used. */
function losingStore(): Store & { lose(key: Bytes): void; loseAll(prefix: number): void } {
  const store = createMemoryStore()
  const lost = new Set<string>()
  const prefixes = new Set<number | undefined>()
  return {
    ...store,
    get: (key) => (lost.has(toHex(key)) || prefixes.has(key[0]) ? undefined : store.get(key)),
    lose: (key) => void lost.add(toHex(key)),
    loseAll: (prefix) => void prefixes.add(prefix),
  }
}

async function setUp() {
  const store = losingStore()
  const chain = await openTestChain(store)
  const { block } = await chain.produce(signed(0, 0n, { to: KEEPER, data: keep(1n, 2n) }))
  await chain.produce(signed(0, 1n, { to: KEEPER, data: keep(1n, 3n) }))
  await chain.ledger.produceIdle({ first: nextRequest(chain.archive, []), count: 254, intervalSeconds: 1n })
  await chain.ledger.produceIdle({ first: nextRequest(chain.archive, []), count: 256, intervalSeconds: 1n })
  // Nothing of it is remembered by an archive.
  const archive = createArchive(store, createMptTrie(nodeReader(store)))
  return { store, chain, archive, hash: block.hash, transaction: block.transactions[0]?.hash ?? ZERO_HASH }
}

type World = Awaited<ReturnType<typeof setUp>>

describe('what is missing below the head is damage, not absence', () => {
  const inSegment = ({ archive }: World): Hash => archive.blockHash(300n) ?? ZERO_HASH
  test.each<[string, (world: World) => Bytes, (world: World) => unknown, string]>([
    ['a header, by number', () => chainKeys.header(1n), ({ archive }) => archive.blockHash(1n), 'header 1 is missing'],
    ['genesis', () => chainKeys.header(0n), ({ archive }) => archive.blockHash(0n), 'header 0 is missing'],
    ["the head's header", () => chainKeys.header(512n), ({ archive }) => archive.blockHash(512n), 'header 512'],
    ['the number of a hash', ({ hash }) => chainKeys.number(hash), ({ archive }) => archive.blockHash(1n), 'number of'],
    ['a body', () => chainKeys.body(1n), ({ archive, hash }) => archive.block(hash), 'transactions of block 1'],
    ['receipts', () => chainKeys.receipts(1n), ({ archive, hash }) => archive.receipts(hash), 'receipts of block 1'],
    [
      "a transaction's block",
      () => chainKeys.header(1n),
      ({ archive, transaction }) => archive.transaction(transaction),
      'header 1',
    ],
    [
      'an access list that a state is made from',
      () => chainKeys.accessList(290n),
      (world) => world.archive.stateAt(inSegment(world)),
      'access list of block 290',
    ],
  ])('%s', async (_, key, read, message) => {
    const world = await setUp()
    expect(() => read(world)).not.toThrow()
    world.store.lose(key(world))
    const fresh = { ...world, archive: createArchive(world.store, world.chain.trie) }
    expect(() => read(fresh)).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }))
    expect(() => read(fresh)).toThrow(message)
  })

  test.each([
    ['trie nodes', KEY_PREFIX.trieNode],
    ['codes', KEY_PREFIX.code],
  ])('%s that a root leads to', async (_, prefix) => {
    const { store, archive, hash } = await setUp()
    const read = () => {
      const state = archive.stateAt(hash)
      return state?.code(state.account(KEEPER)?.codeHash ?? ZERO_HASH)
    }
    expect(read()).toBeDefined()
    store.loseAll(prefix)
    expect(read).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }))
  })

  test('BLOCKHASH of a block whose header is gone makes no block', async () => {
    const { store, chain } = await setUp()
    // PUSH2 500, BLOCKHASH, PUSH0, SSTORE.
    await chain.ledger.edit([
      { kind: 'code', address: ZERO_ADDRESS, code: Uint8Array.of(0x61, 1, 0xf4, 0x40, 0x5f, 0x55) },
    ])
    store.lose(chainKeys.header(500n))
    const call = signed(1, 0n, { to: ZERO_ADDRESS })
    await expect(chain.produce(call)).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })

  test('nothing is damaged above the head, nor in what nobody promised', async () => {
    const { archive } = await setUp()
    expect(archive.blockHash(513n)).toBeUndefined()
    expect(archive.block(ZERO_HASH)).toBeUndefined()
    expect(archive.transaction(ZERO_HASH)).toBeUndefined()
    expect(archive.headState().account(SENDERS[2] ?? ZERO_ADDRESS)?.nonce).toBe(0n)
  })

  test('a block that is taken back between two reads is absent', async () => {
    const { chain, hash } = await setUp()
    // The ledger's thread rewinds while this one reads: after the number, before the header.
    const behind = { isDone: false }
    let after: StoreReader = chain.store
    const store: StoreReader = {
      get(key) {
        const now = behind.isDone ? after : chain.store
        if (key[0] === KEY_PREFIX.blockNumber && !behind.isDone) {
          behind.isDone = true
          return chain.store.get(key)
        }
        return now.get(key)
      },
      entries: (from, to) => chain.store.entries(from, to),
    }
    const other = await openTestChain()
    after = other.store
    const archive = createArchive(store, chain.trie)
    expect(archive.block(hash)).toBeUndefined()
  })
})

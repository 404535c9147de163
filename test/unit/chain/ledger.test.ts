import { describe, expect, test } from 'vitest'
import { encodeReceipt, genesisBlock, storedGenesis } from '../../../src/chain/index.ts'
import { chainKeys } from '../../../src/chain/records/keys.ts'
import {
  create2Address,
  createAddress,
  EMPTY_BYTES,
  fromHex,
  impersonateTransaction,
  keccakHash,
  rlpDecode,
  rlpEncode,
  toAddress,
  toHash,
  toHex,
  wordFromBytes,
  wordToBytes,
  wordToHash,
  ZERO_ADDRESS,
} from '../../../src/primitives/index.ts'
import { createMemoryStore, orderedTrieRoot, type Store } from '../../../src/state/index.ts'
import {
  dump,
  HALTER,
  KEEPER,
  keep,
  nextRequest,
  openTestChain,
  REVERTER,
  SENDERS,
  signed,
  testGenesis,
} from '../../harness/testChain.ts'

const [ALICE = ZERO_ADDRESS, BOB = ZERO_ADDRESS] = SENDERS
const ETHER = 10n ** 18n

describe('a new chain', () => {
  test('begins with its genesis, whose state can be read and proved', async () => {
    const { archive } = await openTestChain()
    const { block } = genesisBlock(testGenesis())
    expect(archive.head()).toEqual({
      version: 0n,
      blockHash: block.hash,
      blockNumber: 0n,
      stateRoot: block.header.stateRoot,
    })
    expect(archive.headBlock()).toEqual(block)
    expect(archive.stateAt(block.hash)?.account(ALICE)?.balanceWei).toBe(100n * ETHER)
    const proof = await archive.prove(block.hash, ALICE, [])
    expect(proof?.account?.balanceWei).toBe(100n * ETHER)
  })
})

describe('a block', () => {
  test('holds what ran, in order, under true roots; what may not be in it is dropped', async () => {
    const chain = await openTestChain()
    const parent = chain.archive.headBlock()
    const transactions = [
      signed(0, 0n, { to: BOB, valueWei: ETHER }),
      signed(0, 7n),
      signed(1, 0n, { to: KEEPER, data: keep(5n, 9n) }),
      signed(1, 1n, { to: REVERTER, data: fromHex('0xdeadbeef') }),
    ] as const
    const { block, receipts, dropped, failures } = await chain.produce(...transactions)
    const included = [transactions[0], transactions[2], transactions[3]]
    expect(block.transactions).toEqual(included)
    expect(dropped).toMatchObject([{ hash: transactions[1].hash, rejection: { code: 'NONCE_MISMATCH_TOO_HIGH' } }])
    expect(failures).toEqual([undefined, undefined, 'execution reverted: custom error 0xdeadbeef'])
    expect(receipts.map(({ succeeded }) => succeeded)).toEqual([true, true, false])
    expect(receipts[0]?.gasUsed).toBe(21_000n)
    expect(block.header).toMatchObject({
      parentHash: parent.hash,
      number: 1n,
      transactionsRoot: orderedTrieRoot(included.map(({ raw }) => raw)),
      receiptsRoot: orderedTrieRoot(receipts.map(encodeReceipt)),
      gasUsed: receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n),
      stateRoot: chain.archive.head().stateRoot,
    })
    expect(block.header.baseFeeWei).toBeLessThan(parent.header.baseFeeWei)
    const state = chain.archive.stateAt(block.hash)
    expect(state?.account(BOB)?.nonce).toBe(2n)
    expect(state?.storage(KEEPER, 5n)).toBe(9n)
    expect(state?.account(block.header.coinbase)?.balanceWei).toBe(block.header.gasUsed)
  })

  test('can have a base fee of its own', async () => {
    const { ledger, archive } = await openTestChain()
    const { block } = await ledger.produce({ ...nextRequest(archive, []), baseFeeWei: 5n })
    expect(block.header.baseFeeWei).toBe(5n)
  })

  test('leaves its parent hash and beacon root in the system contracts', async () => {
    const chain = await openTestChain()
    const parent = chain.archive.headBlock()
    const { block } = await chain.produce()
    const state = chain.archive.stateAt(block.hash)
    expect(wordToHash(state?.storage(toAddress('0x0000f90827f1c53a10cb7a02335b175320002935'), 0n) ?? 0n)).toBe(
      parent.hash,
    )
    const beaconRoots = toAddress('0x000f3df6d732807ef1319fb7b8bb8522d0beac02')
    expect(state?.storage(beaconRoots, block.header.timestampSeconds % 8191n)).toBe(block.header.timestampSeconds)
  })

  test.each([
    [
      'an Error(string)',
      `0x08c379a0${toHex(wordToBytes(32n)).slice(2)}${toHex(wordToBytes(2n)).slice(2)}6e6f${'00'.repeat(30)}`,
      'execution reverted: no',
    ],
    [
      'a Panic(uint256)',
      `0x4e487b71${toHex(wordToBytes(0x11n)).slice(2)}`,
      'execution reverted: arithmetic underflow or overflow',
    ],
    [
      'a broken Error(string)',
      `0x08c379a0${toHex(wordToBytes(2n ** 255n)).slice(2)}`,
      'execution reverted: custom error 0x08c379a0',
    ],
    ['nothing', '0x', 'execution reverted'],
  ])('says that a transaction reverted with %s', async (_name, data, failure) => {
    const { failures } = await (await openTestChain()).produce(signed(0, 0n, { to: REVERTER, data: fromHex(data) }))
    expect(failures).toEqual([failure])
  })

  test('says that a transaction halted', async () => {
    const { failures } = await (await openTestChain()).produce(signed(0, 0n, { to: HALTER }))
    expect(failures[0]).toMatch(/^invalid opcode/)
  })

  test('keeps the sender of an impersonated transaction', async () => {
    const chain = await openTestChain()
    const stranger = toAddress(`0x${'99'.repeat(20)}`)
    await chain.ledger.edit([{ kind: 'balance', address: stranger, balanceWei: ETHER }])
    const { signature: _signature, hash: _hash, raw: _raw, ...wish } = signed(0, 0n, { to: BOB, valueWei: 1n })
    const sealed = impersonateTransaction({ ...wish, sender: stranger })
    const { block } = await chain.produce(sealed)
    const reopened = await openTestChain(chain.store)
    expect(reopened.archive.block(block.hash)?.transactions).toEqual([sealed])
  })

  test('runs the CREATE2 deployer and Multicall3 of the development genesis', async () => {
    const chain = await openTestChain()
    const deployer = toAddress('0x4e59b44847b379578588920ca78fbf26c0b4956c')
    const salt = toHash(`0x${'07'.repeat(32)}`)
    const initCode = fromHex('0x60fe5f5360015ff3')
    const multicall3 = toAddress('0xca11bde05977b3631167028862be2a173976ca11')
    // aggregate((address,bytes)[]) of one call: the keeper is told to keep 3 -> 4.
    const words = [32n, 1n, 32n, BigInt(KEEPER), 64n, 64n, 3n, 4n].map((word) => toHex(wordToBytes(word)).slice(2))
    const { block, receipts } = await chain.produce(
      signed(0, 0n, { to: deployer, data: Uint8Array.of(...fromHex(salt), ...initCode) }),
      signed(0, 1n, { to: multicall3, data: fromHex(`0x252dba42${words.join('')}`), gasLimit: 200_000n }),
    )
    expect(receipts.map(({ succeeded }) => succeeded)).toEqual([true, true])
    const state = chain.archive.stateAt(block.hash)
    expect(state?.account(create2Address(deployer, salt, initCode))?.codeHash).toBe(keccakHash(fromHex('0xfe')))
    expect(state?.storage(KEEPER, 3n)).toBe(4n)
  })
})

describe('an archive', () => {
  test('answers what was produced, of the head and of older blocks', async () => {
    const chain = await openTestChain()
    const first = await chain.produce(
      signed(0, 0n, { to: KEEPER, data: keep(1n, 1n) }),
      signed(0, 1n, { to: undefined, data: fromHex('0x5f5ff3') }),
    )
    const second = await chain.produce(signed(0, 2n, { to: KEEPER, data: keep(1n, 2n) }))
    const { archive } = await openTestChain(chain.store)
    for (const { block, receipts } of [first, second]) {
      expect(archive.block(block.hash)).toEqual(block)
      expect(archive.accessList(block.hash)?.length).toBeGreaterThan(0)
      expect(archive.header(block.hash)).toEqual(block.header)
      expect(archive.receipts(block.hash)).toEqual(receipts)
      expect(archive.blockHash(block.header.number)).toBe(block.hash)
      expect(archive.stateRootAt(block.hash)).toBe(block.header.stateRoot)
      for (const [index, { hash }] of block.transactions.entries()) {
        expect(archive.transaction(hash)).toEqual({ blockHash: block.hash, blockNumber: block.header.number, index })
      }
    }
    expect(first.receipts[1]?.contractAddress).toBe(createAddress(ALICE, 1n))
    expect(archive.stateAt(first.block.hash)?.storage(KEEPER, 1n)).toBe(1n)
    expect(archive.stateAt(second.block.hash)?.storage(KEEPER, 1n)).toBe(2n)
    const proof = await archive.prove(first.block.hash, KEEPER, [1n])
    expect(proof?.storageProofs[0]?.value).toBe(1n)
  })

  test('knows nothing of what there is not', async () => {
    const { archive } = await openTestChain()
    const unknown = toHash(`0x${'77'.repeat(32)}`)
    expect(archive.block(unknown)).toBeUndefined()
    expect(archive.header(unknown)).toBeUndefined()
    expect(archive.receipts(unknown)).toBeUndefined()
    expect(archive.transaction(unknown)).toBeUndefined()
    expect(archive.stateAt(unknown)).toBeUndefined()
    expect(archive.stateRootAt(unknown)).toBeUndefined()
    expect(archive.blockHash(1n)).toBeUndefined()
  })

  test('finds logs by address and topic, with their places', async () => {
    const chain = await openTestChain()
    await chain.produce(
      signed(0, 0n, { to: KEEPER, data: keep(1n, 1n) }),
      signed(1, 0n, { to: KEEPER, data: keep(2n, 1n) }),
    )
    await chain.produce()
    const { block } = await chain.produce(signed(0, 1n), signed(1, 1n, { to: KEEPER, data: keep(2n, 5n) }))
    const find = (parts: object) =>
      chain.archive.logs({ fromBlock: 0n, toBlock: 99n, addresses: [], topics: [], ...parts })
    const slots = (parts: object) => find(parts).map(({ topics }) => wordFromBytes(fromHex(topics[0] ?? '0x')))
    expect(slots({})).toEqual([1n, 2n, 2n])
    expect(slots({ toBlock: 1n })).toEqual([1n, 2n])
    expect(slots({ fromBlock: 2n })).toEqual([2n])
    expect(slots({ fromBlock: 5n })).toEqual([])
    expect(slots({ addresses: [ALICE, KEEPER], topics: [[wordToHash(2n)]] })).toEqual([2n, 2n])
    expect(slots({ topics: [[wordToHash(1n), wordToHash(2n)]] })).toEqual([1n, 2n, 2n])
    expect(slots({ addresses: [ALICE] })).toEqual([])
    expect(slots({ topics: [[wordToHash(3n)]] })).toEqual([])
    expect(slots({ topics: [[], []] })).toEqual([])
    expect(find({}).map(({ transactionIndex, logIndex }) => [transactionIndex, logIndex])).toEqual([
      [0, 0],
      [1, 1],
      [1, 0],
    ])
    expect(find({}).at(-1)).toMatchObject({
      address: KEEPER,
      blockHash: block.hash,
      blockNumber: 3n,
      blockTimestampSeconds: block.header.timestampSeconds,
      transactionHash: block.transactions[1]?.hash,
    })
  })
})

describe('an edit', () => {
  test('changes the state at the head, and the next block stands on it', async () => {
    const { ledger, archive, produce } = await openTestChain()
    const before = archive.head()
    const head = await ledger.edit([
      { kind: 'balance', address: BOB, balanceWei: 5n * ETHER },
      { kind: 'nonce', address: BOB, nonce: 40n },
      { kind: 'code', address: ALICE, code: fromHex('0x00') },
      { kind: 'storage', address: KEEPER, slot: 1n, value: 2n },
      { kind: 'storage', address: toAddress(`0x${'77'.repeat(20)}`), slot: 1n, value: 2n },
    ])
    expect(head).toEqual({ ...before, version: 1n, stateRoot: archive.stateRootAt(before.blockHash) })
    expect(head.stateRoot).not.toBe(before.stateRoot)
    const state = archive.stateAt(before.blockHash)
    expect(state?.account(BOB)).toMatchObject({ nonce: 40n, balanceWei: 5n * ETHER })
    expect(state?.storage(toAddress(`0x${'77'.repeat(20)}`), 1n)).toBe(2n)
    const { block } = await produce(signed(1, 40n))
    expect(archive.stateAt(block.hash)?.account(BOB)?.nonce).toBe(41n)
    expect((await archive.prove(block.hash, KEEPER, [1n]))?.storageProofs[0]?.value).toBe(2n)
  })

  test('of nothing to nothing leaves no account behind', async () => {
    const { ledger, archive } = await openTestChain()
    const before = archive.head()
    const address = toAddress(`0x${'78'.repeat(20)}`)
    const head = await ledger.edit([
      { kind: 'balance', address, balanceWei: 1n },
      { kind: 'balance', address, balanceWei: 0n },
      { kind: 'storage', address, slot: 1n, value: 0n },
    ])
    expect(head).toEqual({ ...before, version: 1n })
    expect(archive.stateAt(before.blockHash)?.account(address)).toBeUndefined()
  })
})

describe('a ledger', () => {
  test('takes one call after the other', async () => {
    const { ledger, archive } = await openTestChain()
    const request = nextRequest(archive, [])
    const [first, head, second] = await Promise.all([
      ledger.produce(request),
      ledger.edit([{ kind: 'balance', address: BOB, balanceWei: 1n }]),
      ledger.produce({ ...request, timestampSeconds: request.timestampSeconds + 1n }),
    ])
    expect([first.block.header.number, head.version, second.block.header.number]).toEqual([1n, 2n, 2n])
    expect(archive.head().version).toBe(3n)
  })

  test('goes on after a call that failed', async () => {
    const { ledger, archive, produce } = await openTestChain()
    await expect(ledger.produce({ ...nextRequest(archive, []), timestampSeconds: 0n })).rejects.toThrow(
      'not earlier than its parent',
    )
    expect((await produce()).block.header.number).toBe(1n)
  })

  test('cannot return to what never was', async () => {
    const { ledger, produce } = await openTestChain()
    await produce()
    await expect(ledger.rewind(2n)).rejects.toMatchObject({ code: 'UNKNOWN_VERSION' })
    await expect(ledger.rewind(-1n)).rejects.toMatchObject({ code: 'UNKNOWN_VERSION' })
    expect(await ledger.rewind(1n)).toMatchObject({ version: 1n, blockNumber: 1n })
  })

  test('forgets rewound blocks, in warm caches too', async () => {
    const { ledger, archive, produce } = await openTestChain()
    const transaction = signed(0, 0n)
    const { block } = await produce(transaction)
    expect(archive.block(block.hash)).toEqual(block)
    await ledger.rewind(0n)
    expect(archive.block(block.hash)).toBeUndefined()
    expect(archive.receipts(block.hash)).toBeUndefined()
    expect(archive.accessList(block.hash)).toBeUndefined()
    expect(archive.transaction(transaction.hash)).toBeUndefined()
    expect(archive.head().blockNumber).toBe(0n)
    const again = await produce(transaction)
    expect(again.block).toEqual(block)
  })
})

describe('a store is refused, and not touched,', () => {
  const remove = (key: Uint8Array) => async (store: Store) => store.write([{ key, value: undefined }])
  const headKey = Uint8Array.of('m'.charCodeAt(0), 1)
  const blockKey = (prefix: string) => Uint8Array.of(prefix.charCodeAt(0), 0, 0, 0, 0, 0, 0, 0, 1)
  const dropNodes = async (store: Store) => {
    for await (const [key] of store.entries(Uint8Array.of('n'.charCodeAt(0)), Uint8Array.of('o'.charCodeAt(0)))) {
      await store.write([{ key, value: undefined }])
    }
  }
  test.each([
    [
      'that holds something else',
      async (store: Store) => store.write([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }]),
      'DATADIR_FORMAT',
      false,
    ],
    ['without a head', remove(headKey), 'STORE_CORRUPT', true],
    [
      'with a garbled head',
      async (store: Store) => store.write([{ key: headKey, value: fromHex('0x81') }]),
      'STORE_CORRUPT',
      true,
    ],
    ["without the head's header", remove(blockKey('b')), 'STORE_CORRUPT', true],
    ["without the head's transactions", remove(blockKey('B')), 'STORE_CORRUPT', true],
    ["without the head's receipts", remove(blockKey('r')), 'STORE_CORRUPT', true],
    ['without its state', dropNodes, 'STORE_CORRUPT', true],
  ])('%s', async (_name, damage, code, hasChain) => {
    const store = createMemoryStore()
    if (hasChain) await (await openTestChain(store)).produce(signed(0, 0n))
    await damage(store)
    const before = await dump(store)
    await expect(openTestChain(store)).rejects.toMatchObject({ code })
    expect(await dump(store)).toEqual(before)
  })

  test('not for another start, where any is accepted: the stored one stays', async () => {
    const { store, archive } = await openTestChain()
    const genesis = testGenesis({ timestampSeconds: 5n })
    const reopened = await openTestChain(store, genesis, true)
    expect(reopened.archive.headBlock()).toEqual(archive.headBlock())
    const other = testGenesis({ timestampSeconds: 5n, gasLimit: 1_000_000n })
    await expect(openTestChain(store, other, true)).rejects.toMatchObject({ code: 'GENESIS_MISMATCH' })
  })

  test.each([
    ['chain id 31337, not 5', testGenesis({ chainId: 5n })],
    ['hardfork osaka, not prague', testGenesis({ hardfork: 'prague' })],
    ['genesis block', testGenesis({ timestampSeconds: 5n })],
    ['WebAssembly rules 2, not 1', { ...testGenesis(), wasmRules: 1 as const }],
  ])('for a genesis that differs: %s', async (difference, genesis) => {
    const { store } = await openTestChain()
    const before = await dump(store)
    await expect(openTestChain(store, genesis)).rejects.toMatchObject({
      code: 'GENESIS_MISMATCH',
      message: expect.stringContaining(difference),
    })
    expect(await dump(store)).toEqual(before)
  })
})

describe('the version of the WebAssembly rules', () => {
  test('is the newest for a new chain, and what the store says ever after', async () => {
    for (const [chosen, stored] of [
      [undefined, 2],
      [1, 1],
      [2, 2],
    ] as const) {
      const store = createMemoryStore()
      await openTestChain(store, { ...testGenesis(), wasmRules: chosen })
      expect(storedGenesis(store, testGenesis()).wasmRules).toBe(stored)
      await openTestChain(store, testGenesis())
      expect(storedGenesis(store, testGenesis()).wasmRules).toBe(stored)
    }
  })

  test('is 1 where the record of the chain has none, and one that is not known is refused', async () => {
    const store = createMemoryStore()
    await openTestChain(store, { ...testGenesis(), wasmRules: 2 })
    const fields = rlpDecode(store.get(chainKeys.identity) ?? EMPTY_BYTES) as readonly Uint8Array[]
    expect(fields).toHaveLength(5)
    await store.write([{ key: chainKeys.identity, value: rlpEncode(fields.slice(0, 4)) }])
    expect(storedGenesis(store, testGenesis()).wasmRules).toBe(1)
    await store.write([{ key: chainKeys.identity, value: rlpEncode([...fields.slice(0, 4), Uint8Array.of(9)]) }])
    await expect(openTestChain(store)).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
  })
})

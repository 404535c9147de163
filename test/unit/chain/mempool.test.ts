import { describe, expect, test } from 'vitest'
import { createMempool, DEFAULT_POOL_LIMITS, type PoolLimits } from '../../../src/chain/index.ts'
import type { Address, Hardfork, Rules, SignedTransaction } from '../../../src/primitives/index.ts'
import { concatBytes, fromHex, rulesOf } from '../../../src/primitives/index.ts'
import { fakeChain, signed } from '../../harness/fakeChain.ts'
import { addr, type Holding } from '../../harness/world.ts'

const rich = 10n ** 18n
const [alice, bob, carol] = [addr(0xa1), addr(0xb0), addr(0xca)]
const door = { gasLimit: 30_000_000n, minFeeCapWei: 0n }

type PoolParts = {
  limits?: Partial<PoolLimits>
  alice?: Holding
  others?: readonly Address[]
  rules?: Rules
  hardfork?: Hardfork
}

function poolOf(parts: PoolParts = {}) {
  const accounts = {
    ...Object.fromEntries((parts.others ?? []).map((other) => [other, { balanceWei: rich }])),
    [alice]: parts.alice ?? { balanceWei: rich },
    [bob]: { balanceWei: rich },
    [carol]: { balanceWei: rich },
  }
  const chain = fakeChain(accounts)
  const mempool = createMempool({
    archive: chain.archive,
    rules: rulesOf(parts.hardfork ?? 'osaka'),
    chainId: 31_337n,
    limits: { ...DEFAULT_POOL_LIMITS, ...parts.limits },
  })
  const add = (transaction: SignedTransaction) => mempool.add(transaction, door)
  return { chain, mempool, add }
}

const fromAlice = (nonce: bigint, parts: Partial<SignedTransaction> = {}) => signed({ sender: alice, nonce, ...parts })
const fees = (tip: bigint, cap = 10_000n) => ({ maxFeePerGasWei: cap, maxPriorityFeePerGasWei: tip })
const kind = (outcome: { readonly kind: string }) => outcome.kind

test('why a transaction is not taken is told', () => {
  const chain = fakeChain({ [alice]: { balanceWei: rich } })
  const told: string[] = []
  const mempool = createMempool({
    archive: chain.archive,
    rules: rulesOf('osaka'),
    chainId: 31_337n,
    limits: DEFAULT_POOL_LIMITS,
    onRejected: (code) => told.push(code),
  })
  const transaction = fromAlice(0n)
  mempool.add(transaction, door)
  expect(told).toEqual([])
  mempool.add(transaction, door)
  mempool.add(fromAlice(1n, { chainId: 1n }), door)
  expect(told).toEqual(['ALREADY_KNOWN', 'INVALID_CHAINID'])
})

describe('what the pool refuses, in the words that wallets know', () => {
  const cost = 21_000n * 10_000n
  const delegated = concatBytes(fromHex('0xef0100'), fromHex(bob))
  type Case = readonly [title: string, parts: Partial<SignedTransaction>, holding: Holding, message: string]
  const cases: readonly Case[] = [
    ['a spent nonce', { nonce: 3n }, { nonce: 5n, balanceWei: rich }, 'nonce too low: next nonce 5, tx nonce 3'],
    [
      'too little money',
      { gasLimit: 21_000n, maxFeePerGasWei: 10_000n },
      { balanceWei: cost - 1n },
      `insufficient funds for gas * price + value: balance ${cost - 1n}, tx cost ${cost}, overshot 1`,
    ],
    ['too little gas', { gasLimit: 20_000n }, {}, 'intrinsic gas too low: gas 20000, minimum needed 21000'],
    [
      'gas below the floor of EIP-7623',
      { gasLimit: 37_500n, data: new Uint8Array(1000).fill(1) },
      {},
      'insufficient gas for floor data gas cost: gas 37500, minimum needed 61000',
    ],
    [
      'more gas than a block has',
      { gasLimit: 31_000_000n },
      {},
      'transaction gas limit too high (cap: 16777216, tx: 31000000)',
    ],
    ['a tip above the cap', fees(11n, 10n), {}, 'max priority fee per gas higher than max fee per gas'],
    ['another chain', { chainId: 1n }, {}, 'invalid chain id for signer: have 1 want 31337'],
    ['blobs', { type: 3 }, {}, 'transaction type not supported: transaction type not valid'],
    [
      'an authorisation list without entries',
      { type: 4 },
      {},
      'set code tx must have at least one authorization tuple',
    ],
    [
      'large EVM init code',
      { to: undefined, data: new Uint8Array(49_153), gasLimit: 16_000_000n },
      {},
      'max initcode size exceeded: code size 49153 limit 49152',
    ],
    ['a contract as sender', {}, { code: Uint8Array.of(1), balanceWei: rich }, 'sender not an eoa'],
    ['a large call', { raw: new Uint8Array(131_073) }, {}, 'oversized data: transaction size 131073, limit 131072'],
    [
      'a larger creation',
      { to: undefined, raw: new Uint8Array(262_145) },
      {},
      'oversized data: transaction size 262145, limit 262144',
    ],
  ]

  test.each(cases)('%s', (_title, parts, holding, message) => {
    const { add, mempool } = poolOf({ alice: { balanceWei: rich, ...holding } })
    const outcome = add(fromAlice(parts.nonce ?? 0n, parts))
    expect(outcome).toMatchObject({ kind: 'rejected', rejection: { message: expect.stringContaining(message) } })
    expect(mempool.pendingCount + mempool.queuedCount).toBe(0)
    expect(mempool.content().pending.size).toBe(0)
  })

  test('more gas than a block has, before EIP-7825', () => {
    const { add } = poolOf({ hardfork: 'prague' })
    const outcome = add(fromAlice(0n, { gasLimit: 31_000_000n }))
    expect(outcome).toMatchObject({ rejection: { message: expect.stringMatching(/^exceeds block gas limit/) } })
  })

  test('a fee cap below what the door asks for; with 0 it may wait', () => {
    const { mempool } = poolOf()
    const cheap = fromAlice(0n, fees(1n, 999n))
    const outcome = mempool.add(cheap, { ...door, minFeeCapWei: 1_000n })
    expect(outcome).toMatchObject({
      rejection: { message: expect.stringMatching(/^max fee per gas less than block base fee/) },
    })
    expect(kind(mempool.add(cheap, door))).toBe('ready')
    expect(mempool.select(1_000n, 30_000_000n)).toEqual([])
    expect(mempool.select(999n, 30_000_000n)).toEqual([cheap])
  })

  test('the same transaction twice', () => {
    const { add } = poolOf()
    expect(kind(add(fromAlice(0n)))).toBe('ready')
    expect(add(fromAlice(0n))).toMatchObject({ rejection: { code: 'ALREADY_KNOWN', message: 'already known' } })
  })

  test('what a sender can pay alone but not with all that waits already', () => {
    const { add } = poolOf({ alice: { balanceWei: 2n * cost - 1n } })
    expect(kind(add(fromAlice(0n)))).toBe('ready')
    expect(add(fromAlice(1n))).toMatchObject({
      rejection: {
        message: `insufficient funds for gas * price + value: balance ${2n * cost - 1n}, queued cost ${cost}, tx cost ${cost}, overshot 1`,
      },
    })
  })

  test('takes the sender that EIP-7702 lent code to, a call of 128 KiB, a creation of 256 KiB, a WASM module', () => {
    const { add } = poolOf({ alice: { balanceWei: rich, code: delegated } })
    const module = concatBytes(fromHex('0x0061736d'), new Uint8Array(60_000))
    const outcomes = [
      fromAlice(0n, { raw: new Uint8Array(131_072) }),
      fromAlice(1n, { to: undefined, raw: new Uint8Array(262_144), gasLimit: 100_000n }),
      fromAlice(2n, { to: undefined, data: module, gasLimit: 1_000_000n }),
    ].map(add)
    expect(outcomes.map(kind)).toEqual(['ready', 'ready', 'ready'])
  })
})

describe('order by nonce', () => {
  test('a gap queues, filling it makes all ready', () => {
    const { add, mempool } = poolOf()
    expect([2n, 1n, 4n].map((nonce) => kind(add(fromAlice(nonce))))).toEqual(['queued', 'queued', 'queued'])
    expect(mempool.nextNonce(alice)).toBe(0n)
    expect(kind(add(fromAlice(0n)))).toBe('ready')
    expect(mempool.nextNonce(alice)).toBe(3n)
    expect([mempool.pendingCount, mempool.queuedCount]).toEqual([3, 1])
    const { pending, queued } = mempool.content()
    expect([...(pending.get(alice)?.keys() ?? [])]).toEqual([0n, 1n, 2n])
    expect([...(queued.get(alice)?.keys() ?? [])]).toEqual([4n])
  })

  test('taking one out queues those after it', () => {
    const { add, mempool } = poolOf()
    const all = [0n, 1n, 2n].map((nonce) => fromAlice(nonce))
    all.forEach(add)
    expect(mempool.remove(all[1]?.hash ?? fail())).toBe(true)
    expect([mempool.pendingCount, mempool.queuedCount, mempool.nextNonce(alice)]).toEqual([1, 1, 1n])
    expect(mempool.remove(all[1]?.hash ?? fail())).toBe(false)
  })

  test('an unknown sender goes on from the state', () => {
    const { mempool } = poolOf({ alice: { nonce: 7n } })
    expect([mempool.nextNonce(alice), mempool.nextNonce(addr(0x99))]).toEqual([7n, 0n])
  })
})

describe('replacement', () => {
  const previous = fromAlice(0n, fees(100n, 10_000n))
  test.each([
    ['a tenth more in both', fees(110n, 11_000n), true],
    ['a little less than a tenth more tip', fees(109n, 11_000n), false],
    ['a little less than a tenth more cap', fees(110n, 10_999n), false],
    ['the same fees', { ...fees(100n, 10_000n), valueWei: 1n }, false],
  ])('%s', (_title, parts, isTaken) => {
    const { add, mempool } = poolOf()
    add(previous)
    add(fromAlice(1n))
    const outcome = add(fromAlice(0n, parts))
    if (isTaken) expect(outcome).toEqual({ kind: 'ready', replaced: previous.hash })
    else {
      expect(outcome).toMatchObject({
        rejection: { code: 'REPLACEMENT_UNDERPRICED', message: 'replacement transaction underpriced' },
      })
    }
    expect(mempool.get(previous.hash) === undefined).toBe(isTaken)
    expect(mempool.pendingCount).toBe(2)
  })

  test('free of charge is replaced by anything above nothing', () => {
    const { add } = poolOf()
    add(fromAlice(0n, fees(0n, 1_000n)))
    expect(kind(add(fromAlice(0n, fees(0n, 2_000n))))).toBe('rejected')
    expect(kind(add(fromAlice(0n, fees(1n, 2_000n))))).toBe('ready')
  })

  test('in a queue', () => {
    const { add, mempool } = poolOf()
    const first = fromAlice(5n)
    add(first)
    expect(add(fromAlice(5n, fees(100n, 20_000n)))).toEqual({ kind: 'queued', replaced: first.hash })
    expect(mempool.queuedCount).toBe(1)
  })

  test('counts only the difference against the funds', () => {
    const cost = 21_000n * 10_000n
    const { add } = poolOf({ alice: { balanceWei: 3n * cost } })
    add(fromAlice(0n))
    add(fromAlice(1n))
    expect(kind(add(fromAlice(0n, fees(20n, 20_000n))))).toBe('ready')
    expect(add(fromAlice(1n, fees(20n, 20_000n)))).toMatchObject({
      rejection: { message: expect.stringContaining(`queued cost ${3n * cost}, tx bumped ${cost}, overshot ${cost}`) },
    })
  })
})

describe('limits', () => {
  test('a ready one takes the place of the cheapest queued one, whatever that pays', () => {
    const { add, mempool } = poolOf({ limits: { transactions: 3 } })
    const [dear, cheap] = [fromAlice(5n, fees(10n, 90_000n)), fromAlice(6n, fees(10n, 80_000n))]
    ;[dear, cheap, signed({ sender: bob })].forEach(add)
    expect(kind(add(signed({ sender: carol, ...fees(1n, 2_000n) })))).toBe('ready')
    expect([mempool.get(dear.hash) !== undefined, mempool.get(cheap.hash)]).toEqual([true, undefined])
  })

  test('a queued one takes the place of a cheaper queued one only', () => {
    const { add, mempool } = poolOf({ limits: { transactions: 2 } })
    const [ready, queued] = [signed({ sender: bob, ...fees(1n, 1_000n) }), fromAlice(5n, fees(10n, 5_000n))]
    ;[ready, queued].forEach(add)
    expect(add(signed({ sender: carol, nonce: 9n, ...fees(10n, 5_000n) }))).toMatchObject({
      rejection: { code: 'POOL_FULL', message: 'txpool is full' },
    })
    expect(kind(add(signed({ sender: carol, nonce: 9n, ...fees(10n, 5_001n) })))).toBe('queued')
    expect([mempool.get(ready.hash), mempool.get(queued.hash)]).toEqual([ready, undefined])
  })

  test('a ready one takes the place of a cheaper ready one of somebody else when nothing is queued', () => {
    const { add, mempool } = poolOf({ limits: { transactions: 2 } })
    ;[signed({ sender: bob, ...fees(1n, 2_000n) }), signed({ sender: bob, nonce: 1n, ...fees(1n, 9_000n) })].forEach(
      add,
    )
    expect(kind(add(signed({ sender: bob, nonce: 2n, ...fees(1n, 9_500n) })))).toBe('rejected')
    expect(kind(add(signed({ sender: carol, ...fees(1n, 2_000n) })))).toBe('rejected')
    expect(kind(add(signed({ sender: carol, ...fees(1n, 2_001n) })))).toBe('ready')
    expect([mempool.pendingCount, mempool.queuedCount, mempool.nextNonce(bob)]).toEqual([1, 1, 0n])
  })

  test('bytes: room is made for all of a large one or for none of it', () => {
    const small = (nonce: bigint, cap: bigint) => fromAlice(nonce, { ...fees(1n, cap), raw: new Uint8Array(100) })
    const { add, mempool } = poolOf({ limits: { bytes: 300 } })
    ;[small(5n, 2_000n), small(6n, 3_000n), small(7n, 4_000n)].forEach(add)
    const large = (cap: bigint) => signed({ sender: bob, nonce: 9n, ...fees(1n, cap), raw: new Uint8Array(200) })
    expect(kind(add(large(2_500n)))).toBe('rejected')
    expect(mempool.queuedCount).toBe(3)
    expect(kind(add(large(3_500n)))).toBe('queued')
    expect([...(mempool.content().queued.get(alice)?.keys() ?? [])]).toEqual([7n])
  })

  test('one that was queued twice makes room once', () => {
    const { add, mempool } = poolOf({ limits: { bytes: 300 } })
    const sized = (parts: Partial<SignedTransaction>, size: number) => signed({ ...parts, raw: new Uint8Array(size) })
    const opener = sized({ sender: alice, nonce: 0n }, 10)
    ;[sized({ sender: alice, nonce: 1n, ...fees(1n, 2_000n) }, 100), opener].forEach(add)
    mempool.remove(opener.hash)
    ;[sized({ sender: bob, nonce: 5n, ...fees(1n, 3_000n) }, 100)].forEach(add)
    expect(kind(add(sized({ sender: carol }, 300)))).toBe('ready')
    expect([mempool.pendingCount, mempool.queuedCount]).toEqual([1, 0])
  })

  test('a replacement that is larger needs room too', () => {
    const { add, mempool } = poolOf({ limits: { bytes: 300 } })
    add(fromAlice(0n, { raw: new Uint8Array(100) }))
    add(signed({ sender: bob, ...fees(10n, 90_000n), raw: new Uint8Array(200) }))
    expect(kind(add(fromAlice(0n, { ...fees(100n, 20_000n), raw: new Uint8Array(101) })))).toBe('rejected')
    expect(kind(add(fromAlice(0n, { ...fees(100n, 20_000n), raw: new Uint8Array(100) })))).toBe('ready')
    expect(mempool.pendingCount).toBe(2)
  })

  test('a queued one that is replaced does not make room twice', () => {
    const { add, mempool } = poolOf({ limits: { bytes: 300 } })
    const queued = (size: number, cap: bigint) => fromAlice(5n, { ...fees(cap / 100n, cap), raw: new Uint8Array(size) })
    ;[queued(100, 2_000n), signed({ sender: bob, ...fees(10n, 90_000n), raw: new Uint8Array(200) })].forEach(add)
    expect(kind(add(queued(150, 4_000n)))).toBe('rejected')
    expect(kind(add(queued(100, 4_000n)))).toBe('queued')
    expect([mempool.pendingCount, mempool.queuedCount]).toEqual([1, 1])
  })

  test("a sender's nearer nonce takes the place of the farthest queued one", () => {
    const { add, mempool } = poolOf({ limits: { transactionsPerSender: 2 } })
    ;[fromAlice(5n), fromAlice(7n)].forEach(add)
    expect(add(fromAlice(8n))).toMatchObject({ rejection: { code: 'POOL_FULL' } })
    expect(kind(add(fromAlice(0n)))).toBe('ready')
    expect(kind(add(fromAlice(1n)))).toBe('ready')
    expect(add(fromAlice(2n))).toMatchObject({
      rejection: { message: 'account limit exceeded: pooled 2 txs' },
    })
    expect([mempool.pendingCount, mempool.queuedCount]).toEqual([2, 0])
  })
})

describe('selection', () => {
  const leastGas = (_: SignedTransaction, minGas: bigint) => minGas

  test('best tip first, older first among equals, by nonce per sender', () => {
    const { add, mempool } = poolOf()
    const a0 = fromAlice(0n, fees(1n))
    const a1 = fromAlice(1n, fees(90n))
    const b0 = signed({ sender: bob, ...fees(50n) })
    const c0 = signed({ sender: carol, ...fees(50n) })
    ;[a1, c0, a0, b0].forEach(add)
    expect(mempool.select(1_000n, 30_000_000n)).toEqual([c0, b0, a0, a1])
  })

  test('the tip that counts is what the cap leaves of it', () => {
    const { add, mempool } = poolOf()
    const capped = fromAlice(0n, fees(500n, 1_010n))
    const honest = signed({ sender: bob, ...fees(11n, 5_000n) })
    ;[capped, honest].forEach(add)
    expect(mempool.select(1_000n, 30_000_000n)).toEqual([honest, capped])
  })

  test('what does not fit is left out with its successors, the rest goes on', () => {
    const { add, mempool } = poolOf()
    const large = fromAlice(0n, { ...fees(90n), gasLimit: 100_000n })
    const after = fromAlice(1n, fees(90n))
    const other = signed({ sender: bob })
    ;[large, after, other].forEach(add)
    expect(mempool.select(1_000n, 99_999n)).toEqual([other])
    expect(mempool.select(1_000n, 121_000n)).toEqual([large, after, other])
  })

  test('a block is offered all that may fit by the gas that is used, whatever the limits', () => {
    const { add, mempool } = poolOf()
    const all = [0n, 1n, 2n, 3n, 4n].map((nonce) => fromAlice(nonce, { gasLimit: 90_000n }))
    all.forEach(add)
    expect(mempool.select(1_000n, 100_000n)).toEqual(all.slice(0, 4))
  })

  test('a block that is ordered before it is executed holds as many as their limits allow', () => {
    const { add, mempool } = poolOf()
    const all = [0n, 1n, 2n].map((nonce) => fromAlice(nonce, { gasLimit: 50_000n }))
    all.forEach(add)
    const selection = { expectedGas: leastGas, nextNonce: () => 0n, admits: () => true }
    expect(mempool.select(1_000n, 100_000n, selection)).toEqual(all.slice(0, 2))
  })

  test('no state is read for a sender who does not pay the base fee, nor for more senders than the block takes', () => {
    const people = Array.from({ length: 50 }, (_, index) => addr(0x2000 + index))
    const { mempool } = poolOf({ others: people })
    for (const [index, sender] of people.entries()) {
      const price = index % 2 === 0 ? fees(1n, 500n) : fees(BigInt(index), 5_000n)
      mempool.add(signed({ sender, ...price }), { ...door, minFeeCapWei: 0n })
    }
    const asked: string[] = []
    const nextNonce = (sender: string) => {
      asked.push(sender)
      return 0n
    }
    const selection = { expectedGas: leastGas, nextNonce, admits: () => true }
    const selected = mempool.select(1_000n, 63_000n, selection)
    expect(selected.map(({ sender }) => sender)).toEqual([people[49], people[47], people[45]])
    expect(asked).toEqual([people[49], people[47], people[45]])
  })

  test('what a sender has in flight does not hide what comes after it', () => {
    const { add, mempool } = poolOf()
    const flying = fromAlice(0n, fees(1n, 1_001n))
    const next = fromAlice(1n, fees(90n))
    const other = signed({ sender: bob, ...fees(50n) })
    ;[flying, next, other].forEach(add)
    const nextNonce = (sender: string) => (sender === bob ? 0n : 1n)
    const selection = { expectedGas: leastGas, nextNonce, admits: () => true }
    expect(mempool.select(1_100n, 30_000_000n, selection)).toEqual([next, other])
  })
})

describe('after the state moved on', () => {
  test('a block spends nonces: its transactions and older ones go, later ones become ready', async () => {
    const { add, chain, mempool } = poolOf()
    const first = fromAlice(0n)
    ;[first, fromAlice(1n), fromAlice(3n)].forEach(add)
    await chain.ledger.edit([{ kind: 'nonce', address: alice, nonce: 3n }])
    mempool.refresh([alice])
    expect([mempool.pendingCount, mempool.queuedCount, mempool.get(first.hash)]).toEqual([1, 0, undefined])
  })

  test('a nonce that went far ahead, and one that came back', async () => {
    const { add, chain, mempool } = poolOf({ alice: { balanceWei: rich, nonce: 5n } })
    ;[fromAlice(5n), fromAlice(6n)].forEach(add)
    await chain.ledger.edit([{ kind: 'nonce', address: alice, nonce: 4n }])
    mempool.refresh()
    expect([mempool.pendingCount, mempool.queuedCount, mempool.nextNonce(alice)]).toEqual([0, 2, 4n])
    await chain.ledger.edit([{ kind: 'nonce', address: alice, nonce: 2n ** 60n }])
    mempool.refresh()
    expect([mempool.pendingCount, mempool.queuedCount, mempool.nextNonce(alice)]).toEqual([0, 0, 2n ** 60n])
  })

  test('what the purse cannot pay any more goes, those behind it wait', async () => {
    const { add, chain, mempool } = poolOf()
    const dear = fromAlice(1n, { valueWei: 10n ** 12n })
    ;[fromAlice(0n), dear, fromAlice(2n)].forEach(add)
    await chain.ledger.edit([{ kind: 'balance', address: alice, balanceWei: 10n ** 12n }])
    mempool.refresh()
    expect([mempool.pendingCount, mempool.queuedCount, mempool.get(dear.hash)]).toEqual([1, 1, undefined])
  })

  test('a queued one that cannot be paid goes when its turn comes', async () => {
    const { add, chain, mempool } = poolOf()
    const dear = fromAlice(1n, { valueWei: 10n ** 17n })
    add(dear)
    await chain.ledger.edit([{ kind: 'balance', address: alice, balanceWei: 10n ** 12n }])
    expect(kind(add(fromAlice(0n)))).toBe('ready')
    expect([mempool.pendingCount, mempool.queuedCount, mempool.get(dear.hash)]).toEqual([1, 0, undefined])
  })

  test('clear', () => {
    const { add, mempool } = poolOf()
    ;[fromAlice(0n), fromAlice(5n)].forEach(add)
    mempool.clear()
    expect([mempool.pendingCount, mempool.queuedCount, mempool.content().queued.size]).toEqual([0, 0, 0])
    expect(kind(add(fromAlice(0n)))).toBe('ready')
  })
})

test('50,000 transactions go in, over the limit, and come out in order', () => {
  const senders = Array.from({ length: 500 }, (_, index) => addr(0x10_000 + index))
  const chain = fakeChain(Object.fromEntries(senders.map((sender) => [sender, { balanceWei: rich }])))
  const limits = { ...DEFAULT_POOL_LIMITS, transactions: 40_000 }
  const mempool = createMempool({ archive: chain.archive, rules: rulesOf('osaka'), chainId: 31_337n, limits })
  const template = signed()
  for (let index = 0; index < 50_000; index += 1) {
    const sender = senders[index % 500] ?? fail()
    // Backwards, so that all are queued until the very last of each sender.
    const nonce = BigInt(99 - Math.floor(index / 500))
    const cap = 2_000n + BigInt(index % 7)
    const name = `0x${index.toString(16).padStart(64, '0')}` as typeof template.hash
    mempool.add({ ...template, sender, nonce, ...fees(1n, cap), hash: name }, door)
  }
  expect(mempool.pendingCount + mempool.queuedCount).toBe(40_000)
  const selected = mempool.select(1_000n, 10n ** 12n)
  expect(selected.length).toBe(mempool.pendingCount)
  for (const sender of senders) {
    const nonces = selected.filter((one) => one.sender === sender).map(({ nonce }) => Number(nonce))
    expect(nonces).toEqual(nonces.map((_, index) => index))
  }
})

function fail(): never {
  throw new Error('the index is in range')
}

describe('limits of a network', () => {
  test('who does not own the least gas at the base fee is not taken, however little it offers', () => {
    const poor = addr(0x99)
    const { mempool, chain } = poolOf({ others: [poor] })
    const offer = { sender: poor, ...fees(1n, 10n) }
    expect(kind(mempool.add(signed(offer), { ...door, balanceFeeWei: 1_000n }))).toBe('ready')
    mempool.clear()
    return chain.ledger.edit([{ kind: 'balance', address: poor, balanceWei: 21_000n * 10n }]).then(() => {
      const outcome = mempool.add(signed(offer), { ...door, balanceFeeWei: 1_000n })
      expect(outcome).toMatchObject({ rejection: { code: 'INSUFFICIENT_ACCOUNT_FUNDS' } })
      expect(kind(mempool.add(signed(offer), door))).toBe('ready')
    })
  })

  test('what has waited for too long goes, oldest first', () => {
    let nowMs = 0
    const chain = fakeChain({ [alice]: { balanceWei: rich } })
    const removed: string[] = []
    const mempool = createMempool({
      archive: chain.archive,
      rules: rulesOf('osaka'),
      chainId: 31_337n,
      limits: { ...DEFAULT_POOL_LIMITS, lifetimeMs: 1_000 },
      nowMs: () => nowMs,
      onRemoved: (hash) => removed.push(hash),
    })
    const [old, young] = [fromAlice(0n), fromAlice(1n)]
    mempool.add(old, door)
    nowMs = 900
    mempool.add(young, door)
    nowMs = 1_000
    mempool.removeExpired()
    expect([removed, mempool.pendingCount, mempool.queuedCount]).toEqual([[old.hash], 0, 1])
    nowMs = 1_900
    mempool.removeExpired()
    expect([mempool.pendingCount, mempool.queuedCount]).toEqual([0, 0])
  })
})

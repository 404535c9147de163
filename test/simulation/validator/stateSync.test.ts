import { describe, expect, test } from 'vitest'
import { decodePivot, encodePivot, type Pivot, type PivotProof } from '../../../src/node/validator/sync/pivot.ts'
import { BaseError, type Bytes, EMPTY_BYTES, rlpDecode, rlpEncode } from '../../../src/primitives/index.ts'
import { createMemoryStore, type Store } from '../../../src/state/index.ts'
import { KEEPER, keep, SENDERS, signed } from '../../harness/testChain.ts'
import { TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

/** Lets time pass until `work` is done; at most two minutes. */
async function settle<value>(network: TestNetwork, work: Promise<value>): Promise<value> {
  let isDone = false
  const end = () => {
    isDone = true
  }
  work.then(end, end)
  for (let step = 0; step < 2_400 && !isDone; step += 1) await network.clock.advance(50)
  expect(isDone).toBe(true)
  return work
}

/** A network that has passed several epochs, with accounts, slots and logs. */
async function grown(parts: { readonly epochLength: number } = { epochLength: 12 }): Promise<TestNetwork> {
  const network = new TestNetwork(4, { ...parts, epochDelayRounds: 10 })
  await network.start()
  for (let nonce = 0n; nonce < 5n; nonce += 1n) {
    const first = signed(0, nonce, { valueWei: 1_000n + nonce })
    const second = signed(1, nonce, { to: KEEPER, data: keep(nonce, nonce + 7n) })
    for (const transaction of [first, second]) await network.nodes[0]?.validator.feed.submit(transaction)
    await network.clock.advance(600)
  }
  while (Math.min(...network.heights()) < 45) await network.clock.advance(500)
  return network
}

/** Fetches the state at the newest pivot into `store`. */
async function synced(network: TestNetwork, store: Store, name = 'late'): Promise<Pivot> {
  const { sync, transport } = network.stateSync(name)
  await transport.start()
  try {
    const pivot = await settle(network, sync.findPivot(8))
    if (pivot === undefined) throw new Error('there is no pivot')
    await settle(
      network,
      sync.run(store, pivot, () => undefined),
    )
    return pivot
  } finally {
    await transport.close()
  }
}

/** Starts a node on a store that was fetched, and lets it catch up. */
async function joined(network: TestNetwork, store: Store): Promise<TestNode> {
  const late = await network.add('late', undefined, (node) => Object.assign(node.disk, { store }))
  await caughtUp(network, late)
  return late
}

async function caughtUp(network: TestNetwork, node: TestNode): Promise<void> {
  const lag = () => Math.max(...network.heights()) - Number(node.archive.head().blockNumber)
  for (let step = 0; step < 40 && lag() > 4; step += 1) await network.clock.advance(250)
  expect(network.failures).toEqual([])
  expect(lag()).toBeLessThanOrEqual(4)
}

function expectSame(network: TestNetwork, late: TestNode, pivot: Pivot): void {
  const [other] = network.nodes
  if (other === undefined) throw new Error('there is another node')
  const height = late.archive.head().blockNumber - 4n
  expect(height).toBeGreaterThan(BigInt(pivot.height))
  const hash = late.archive.blockHash(height)
  expect(hash).toBe(other.archive.blockHash(height))
  const at = late.archive.stateAt(late.archive.head().blockHash)
  const own = [...SENDERS].map((address) => at?.account(address)?.balanceWei)
  const before = other.archive.stateAt(late.archive.head().blockHash)
  expect(own).toEqual([...SENDERS].map((address) => before?.account(address)?.balanceWei))
  expect(at?.storage(KEEPER, 4n)).toBe(11n)
}

/** What one of the peers does with questions about the state. */
const LIES: Readonly<Record<string, (bytes: Bytes, truth: () => Promise<Bytes>) => Promise<Bytes>>> = {
  'bytes that mean nothing': async () => new Uint8Array(200).fill(0x99),
  nothing: async () => EMPTY_BYTES,
  never: () => new Promise(() => {}),
  refusals: async () => Promise.reject(new BaseError('NO', 'no')),
  'an empty list': async () => rlpEncode([]),
  'a byte of each item changed': async (_, truth) => {
    const items = rlpDecode(await truth())
    if (items instanceof Uint8Array) return items
    return rlpEncode(items.map((item) => (item instanceof Uint8Array && item.length > 9 ? damaged(item) : item)))
  },
  'half of the items': async (_, truth) => {
    const items = rlpDecode(await truth())
    return items instanceof Uint8Array ? items : rlpEncode(items.slice(0, items.length / 2))
  },
}

type WholeProof = PivotProof & { readonly newest: object }

/** Proofs of where to begin that prove nothing. */
const FORGERIES: Readonly<Record<string, (proof: WholeProof) => PivotProof>> = {
  'an epoch left out': ({ epochs, newest }) => ({ epochs: epochs.slice(1), newest }),
  'the last epoch left out': ({ epochs, newest }) => ({ epochs: epochs.slice(0, -1), newest }),
  'no certificate of its last block': ({ epochs, newest }) => ({
    epochs,
    newest: { ...newest, headers: newest.headers.slice(0, -1) },
  }),
  'a block left out': ({ epochs, newest }) => ({
    epochs,
    newest: { ...newest, headers: newest.headers.filter((_, index) => index !== 2) },
  }),
  'another signature': ({ epochs, newest }) => ({
    epochs,
    newest: { ...newest, qc: { ...newest.qc, signature: new Uint8Array(8) } },
  }),
  'the signature of one': ({ epochs, newest }) => ({
    epochs,
    newest: { ...newest, qc: { ...newest.qc, signers: [0] } },
  }),
  'another result': ({ epochs, newest }) => {
    const headers = newest.headers.map((header) => ({ ...header, executionHash: header.payloadHash }))
    return { epochs, newest: { ...newest, headers } }
  },
}

function forged(forge: (proof: WholeProof) => PivotProof, answer: Bytes): Bytes {
  const { epochs, newest } = decodePivot(answer)
  if (newest === undefined) throw new Error('a few epochs fit into one answer')
  return encodePivot(forge({ epochs, newest }))
}

function damaged(bytes: Bytes): Bytes {
  const copy = Uint8Array.from(bytes)
  copy[9] = (copy[9] ?? 0) ^ 1
  return copy
}

/** Puts a lie before what a node answers. */
function corrupt(node: TestNode, name: string): void {
  const lie = LIES[name]
  const honest = node.stateHandler
  if (lie === undefined || honest === undefined) throw new Error('there is such a lie')
  node.transport.serve('state', (from, bytes) => lie(bytes, () => honest(from, bytes)))
}

/** Ends after so many batches, as a process that is killed. */
function mortal(store: Store, batches: number): Store {
  let left = batches
  return {
    ...store,
    write: async (batch) => {
      left -= 1
      if (left < 0) throw new Error('killed')
      await store.write(batch)
    },
  }
}

describe('row 18: state sync', () => {
  test('a node begins with a state that others have, and goes on with the blocks after it', async () => {
    const network = await grown()
    const store = createMemoryStore()
    const pivot = await synced(network, store)
    expect(pivot.height).toBeGreaterThan(20)
    expect(pivot.epochs.length).toBeGreaterThan(2)
    const late = await joined(network, store)
    expectSame(network, late, pivot)
    // Nothing was executed but what came after the pivot, and of what was before it only the newest blocks are here.
    const { archive } = late
    expect(archive.firstBlock()).toBe(BigInt(pivot.height - 3))
    const first = archive.blockHash(archive.firstBlock())
    expect(first !== undefined && archive.receipts(first)).toHaveLength(0)
    const older = network.nodes[0]?.archive.blockHash(5n)
    expect(older !== undefined && archive.block(older)).toBe(undefined)
    expect(older !== undefined && archive.stateAt(older)).toBe(undefined)
    // It is of use to the next one: the whole state is here, and so is all that proves it.
    const next = createMemoryStore()
    for (const node of network.nodes.slice(0, 4)) node.transport.serve('state', async () => rlpEncode([]))
    const { height } = await synced(network, next, 'next')
    expect(height).toBeGreaterThan(pivot.height)
  })

  test.each(Object.keys(LIES))('all but one of the peers answer with %s', async (name) => {
    const network = await grown({ epochLength: 30 })
    for (const node of network.nodes.slice(1)) corrupt(node, name)
    const store = createMemoryStore()
    const pivot = await synced(network, store)
    expectSame(network, await joined(network, store), pivot)
  })

  test('a node that is killed in the middle goes on where it was', async () => {
    const network = await grown()
    const store = createMemoryStore()
    let kills = 0
    for (const batches of [0, 1, 2]) {
      await expect(synced(network, mortal(store, batches), `late${kills}`)).rejects.toThrow('killed')
      kills += 1
      await network.clock.advance(1_000)
    }
    const pivot = await synced(network, store)
    expectSame(network, await joined(network, store), pivot)
  })

  test('a validator whose chain was taken away votes again on a state of others', async () => {
    const network = await grown()
    const [victim] = network.nodes
    if (victim === undefined) throw new Error('there are validators')
    await network.crash(victim)
    await network.clock.advance(4_000)
    const store = createMemoryStore()
    const pivot = await synced(network, store, victim.id)
    expect(pivot.height).toBeGreaterThan(victim.disk.record.root.height)
    Object.assign(victim.disk, { store })
    await network.restart(victim)
    await caughtUp(network, victim)
    await network.clock.advance(1_000)
    expect(victim.validator.driver.isVoting).toBe(true)
    expect(victim.halts).toEqual([])
    expect(victim.disk.record.highVote).toBeGreaterThan(pivot.epochs.length)
  })

  test('a young network has no state to begin with', async () => {
    const network = new TestNetwork(4)
    await network.start()
    const { sync, transport } = network.stateSync('late')
    await transport.start()
    expect(await settle(network, sync.findPivot(8))).toBe(undefined)
    await transport.close()
  })

  test.each(Object.keys(FORGERIES))('a proof with %s proves nothing', async (name) => {
    const network = await grown()
    const { sync, transport } = network.stateSync('late')
    const forge = FORGERIES[name]
    for (const node of network.nodes) {
      const honest = node.stateHandler
      if (honest === undefined || forge === undefined) throw new Error('there is a handler and a forgery')
      node.transport.serve('state', async (from, bytes) => forged(forge, await honest(from, bytes)))
    }
    await transport.start()
    expect(await settle(network, sync.findPivot(8))).toBe(undefined)
    await transport.close()
  })
})

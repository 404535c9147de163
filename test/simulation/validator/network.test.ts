import { describe, expect, test } from 'vitest'
import type { Address, Hash, SignedTransaction } from '../../../src/primitives/index.ts'
import { KEEPER, keep, SENDERS, signed } from '../../harness/testChain.ts'
import { feeRecipientOf, TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

/** A network of real drivers and chains; nothing but the transport and the EVM are not those of a node. */
async function running(validators: number, config = {}): Promise<TestNetwork> {
  const network = new TestNetwork(validators, config)
  await network.start()
  return network
}

function nodeOf(network: TestNetwork): TestNode {
  const [node] = network.nodes
  if (node === undefined) throw new Error('there are nodes')
  return node
}

async function send(node: TestNode | undefined, transactions: readonly SignedTransaction[]): Promise<void> {
  for (const transaction of transactions) {
    const outcome = await node?.validator.feed.submit(transaction)
    expect(outcome?.kind, JSON.stringify(outcome)).not.toBe('rejected')
  }
}

/** All chains are the same as far as they go, and none is far behind. */
function expectAgreement(network: TestNetwork): void {
  expect(network.failures).toEqual([])
  const heights = network.heights()
  const least = BigInt(Math.min(...heights))
  expect(Math.max(...heights) - Number(least)).toBeLessThanOrEqual(3)
  const hashes = new Set(network.nodes.map(({ archive }) => archive.blockHash(least)))
  expect(hashes.size).toBe(1)
}

/** At which height each node has this transaction; all agree. */
function inclusionOf(network: TestNetwork, { hash }: SignedTransaction): number | undefined {
  const places = new Set(network.nodes.map(({ archive }) => archive.transaction(hash)?.blockNumber))
  expect(places.size).toBe(1)
  const [place] = places
  return place === undefined ? undefined : Number(place)
}

describe('a network of validators', () => {
  test('pays the priority fees to whom the leader of each block names, and to nobody else', async () => {
    const network = await running(4)
    for (let nonce = 0n; nonce < 12n; nonce += 1n) {
      await send(network.nodes[Number(nonce) % 4], [signed(0, nonce), signed(1, nonce)])
      await network.clock.advance(300)
    }
    await network.clock.advance(2_000)
    expectAgreement(network)
    const { archive } = nodeOf(network)
    const least = BigInt(Math.min(...network.heights()))
    const earnedWei = new Map<Address, bigint>()
    for (let number = 1n; number <= least; number += 1n) {
      const hash = archive.blockHash(number)
      const block = hash === undefined ? undefined : archive.block(hash)
      if (hash === undefined || block === undefined) throw new Error('blocks are there')
      const { coinbase, baseFeeWei } = block.header
      const tipsWei = (archive.receipts(hash) ?? []).map(
        ({ gasUsed, effectiveGasPriceWei }) => gasUsed * (effectiveGasPriceWei - baseFeeWei),
      )
      earnedWei.set(coinbase, (earnedWei.get(coinbase) ?? 0n) + tipsWei.reduce((sum, tip) => sum + tip, 0n))
    }
    const recipients = network.nodes.map(({ name }) => feeRecipientOf(name))
    expect([...earnedWei.keys()].sort()).toEqual([...recipients].sort())
    expect([...earnedWei.values()].some((wei) => wei > 0n)).toBe(true)
    for (const node of network.nodes) {
      const hash = node.archive.blockHash(least)
      const state = hash === undefined ? undefined : node.archive.stateAt(hash)
      for (const recipient of recipients)
        expect(state?.account(recipient)?.balanceWei ?? 0n).toBe(earnedWei.get(recipient))
      for (const { id } of network.set.validators) expect(state?.account(id)).toBeUndefined()
      expect(node.validator.feed.next().coinbase).toBe(feeRecipientOf(node.name))
    }
  })

  test('shows what is executed and not final as pending, and says the next base fee exactly', async () => {
    const network = new TestNetwork(4)
    const fees = new Map<bigint, bigint>()
    const observe = () => {
      const { number, baseFeeWei } = nodeOf(network).validator.feed.next()
      expect(number).toBe(nodeOf(network).archive.head().blockNumber + 1n)
      expect(fees.get(number) ?? baseFeeWei).toBe(baseFeeWei)
      fees.set(number, baseFeeWei)
    }
    await network.add('v0', 0, (node) => {
      // Also while a block is on its way to the store.
      node.alter = (ledger) => ({
        ...ledger,
        commit(hash, order) {
          observe()
          return ledger.commit(hash, order)
        },
      })
    })
    for (let index = 1; index < 4; index += 1) await network.add(`v${index}`, index)
    const { feed } = nodeOf(network).validator
    const { archive } = nodeOf(network)
    const pending = new Map<bigint, { readonly stateRoot: string; readonly balanceWei: bigint | undefined }>()
    for (let nonce = 0n; nonce < 12n; nonce += 1n) {
      await send(nodeOf(network), [signed(0, nonce), signed(1, nonce, { to: KEEPER, data: keep(nonce, 7n) })])
      for (let step = 0; step < 20; step += 1) {
        await network.clock.advance(10)
        observe()
        const ahead = feed.pending()
        if (ahead === undefined) continue
        const { header } = ahead.block
        expect(header.number).toBeGreaterThan(archive.head().blockNumber)
        const balanceWei = ahead.accounts.get(SENDERS[0] as Address)?.balanceWei
        pending.set(header.number, { stateRoot: header.stateRoot, balanceWei })
      }
    }
    await network.clock.advance(2_000)
    expect(fees.size).toBeGreaterThan(15)
    expect(pending.size).toBeGreaterThan(15)
    const headers = [...fees.keys()].map((number) => archive.header(archive.blockHash(number) as Hash))
    expect(headers.map((header) => header?.baseFeeWei)).toEqual([...fees.values()])
    expect(new Set(fees.values()).size).toBeGreaterThan(5)
    for (const [number, { stateRoot, balanceWei }] of pending) {
      const hash = archive.blockHash(number) as Hash
      expect(archive.header(hash)?.stateRoot).toBe(stateRoot)
      if (balanceWei !== undefined) {
        expect(archive.stateAt(hash)?.account(SENDERS[0] as Address)?.balanceWei).toBe(balanceWei)
      }
    }
  })

  test('orders blocks at the pace of votes and executes them alike', async () => {
    const network = await running(4)
    await network.clock.advance(3_000)
    expectAgreement(network)
    // A vote each 100 ms and some ms on the way.
    expect(Math.min(...network.heights())).toBeGreaterThan(22)
    for (const { validator } of network.nodes) expect(validator.driver.isVoting).toBe(true)
  })

  test('includes transactions that any node was given, in blocks that follow each other before they are executed', async () => {
    const network = await running(4)
    const first = Array.from({ length: 6 }, (_, nonce) => signed(0, BigInt(nonce)))
    const second = Array.from({ length: 6 }, (_, nonce) => signed(1, BigInt(nonce), { to: KEEPER, data: keep(1n, 7n) }))
    for (let nonce = 0; nonce < 6; nonce += 1) {
      await send(network.nodes[0], first.slice(nonce, nonce + 1))
      await send(network.nodes[3], second.slice(nonce, nonce + 1))
      await network.clock.advance(120)
    }
    await network.clock.advance(1_500)
    expectAgreement(network)
    const heights = first.map((transaction) => inclusionOf(network, transaction))
    expect(heights).not.toContain(undefined)
    expect(new Set(heights).size).toBeGreaterThan(2)
    for (const transaction of second) expect(inclusionOf(network, transaction)).toBeDefined()
    for (const { archive } of network.nodes) {
      expect(archive.stateAt(archive.head().blockHash)?.account(SENDERS[0] ?? KEEPER)?.nonce).toBe(6n)
    }
  })

  test('goes on without one of four, which catches up when it is back', async () => {
    const network = await running(4)
    await network.clock.advance(1_000)
    const [down] = network.nodes
    if (down === undefined) throw new Error('there are nodes')
    await network.crash(down)
    const before = Math.max(...network.heights())
    await network.clock.advance(8_000)
    expect(Math.max(...network.heights())).toBeGreaterThan(before + 10)
    await network.restart(down)
    await network.clock.advance(4_000)
    expectAgreement(network)
    expect(down.validator.driver.isVoting).toBe(true)
    expect(down.halts).toEqual([])
  })

  test('stops when two of four are down and goes on with the third, losing nothing that was final', async () => {
    const network = await running(4)
    const transaction = signed(0, 0n)
    await send(network.nodes[2], [transaction])
    await network.clock.advance(1_500)
    const height = inclusionOf(network, transaction)
    expect(height).toBeDefined()
    const [a, b] = network.nodes
    if (a === undefined || b === undefined) throw new Error('there are nodes')
    await network.crash(a)
    await network.crash(b)
    await network.clock.advance(500)
    const stopped = Math.max(...network.heights())
    await network.clock.advance(4_000)
    expect(Math.max(...network.heights())).toBe(stopped)
    await network.restart(a)
    await network.restart(b)
    await network.clock.advance(6_000)
    expectAgreement(network)
    expect(Math.min(...network.heights())).toBeGreaterThan(stopped)
    expect(inclusionOf(network, transaction)).toBe(height)
  })

  test('a node without a vote follows from the first block, serves, and passes transactions on', async () => {
    const network = await running(4)
    await network.clock.advance(4_000)
    const follower = await network.add('follower', undefined)
    await network.clock.advance(3_000)
    expectAgreement(network)
    const transaction = signed(0, 0n)
    await send(follower, [transaction])
    await network.clock.advance(1_500)
    expectAgreement(network)
    expect(inclusionOf(network, transaction)).toBeDefined()
    expect(follower.validator.driver.isVoting).toBe(false)
  })
})

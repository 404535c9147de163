import type { Hex } from 'viem'
import { createPublicClient, createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NodeProcess } from '../harness/nodeProcess.ts'
import { startNodeProcess, temporaryDirectory } from '../harness/nodeProcess.ts'
import { checkProof } from '../harness/proof.ts'

const KILLS = 20
const SENDERS = 5
/** Nobody's: what arrives here is what was sent. */
const SINK = '0x000000000000000000000000000000000000beef'

let directory: ReturnType<typeof temporaryDirectory>
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

type Acknowledged = { readonly hash: Hex; readonly blockNumber: bigint; readonly blockHash: Hex }

describe('kill -9 under load', () => {
  it(`leaves a whole chain with every acknowledged block, ${KILLS} times`, async () => {
    const acknowledged: Acknowledged[] = []
    for (let kill = 0; kill < KILLS; kill += 1) {
      const node = await startNodeProcess(['--datadir', directory.path])
      await poolEmpty(node)
      await expectWhole(node, acknowledged)
      const before = acknowledged.length
      const load = sendUntilDead(node, acknowledged)
      // Every fourth time before anything may have been acknowledged, else some time after something was.
      while (kill % 4 !== 0 && acknowledged.length === before) await pause(5)
      await pause(5 + kill * 15)
      await node.end('SIGKILL')
      await load
    }
    const node = await startNodeProcess(['--datadir', directory.path])
    await poolEmpty(node)
    await expectWhole(node, acknowledged)
    expect(acknowledged.length).toBeGreaterThanOrEqual((KILLS * 3) / 4)
    expect(await node.end('SIGTERM')).toBe(0)
  })
})

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** What was accepted and not mined before the kill is mined after the start: until then blocks come while they are looked at. */
async function poolEmpty(node: NodeProcess): Promise<void> {
  const client = createPublicClient({ chain: foundry, transport: http(node.ready.url) })
  const waiting = async (): Promise<number> => {
    const { pending } = await client.request<{
      Method: 'txpool_status'
      Parameters?: undefined
      ReturnType: { pending: Hex }
    }>({
      method: 'txpool_status',
    })
    return Number(pending)
  }
  while ((await waiting()) > 0) await pause(20)
}

/** Sends from several accounts at once, each transaction after the receipt of the one before, until the node is gone. */
async function sendUntilDead(node: NodeProcess, acknowledged: Acknowledged[]): Promise<void> {
  const transport = http(node.ready.url, { retryCount: 0, timeout: 20_000 })
  const client = createPublicClient({ chain: foundry, transport })
  const send = async ({ privateKey }: { readonly privateKey: Hex }): Promise<void> => {
    const wallet = createWalletClient({ account: privateKeyToAccount(privateKey), chain: foundry, transport })
    for (;;) {
      const hash = await wallet.sendTransaction({ to: SINK, value: 1n })
      // The answer to a transaction comes once its block is stored: its receipt is there.
      const { blockNumber, blockHash } = await client.getTransactionReceipt({ hash })
      acknowledged.push({ hash, blockNumber, blockHash })
    }
  }
  await Promise.allSettled(node.ready.accounts.slice(0, SENDERS).map(send))
}

/** Every acknowledged block is there, receipts, nonces and balances agree, and the state is what the head's root says. */
async function expectWhole(node: NodeProcess, acknowledged: readonly Acknowledged[]): Promise<void> {
  const client = createPublicClient({ chain: foundry, transport: http(node.ready.url, { batch: true }) })
  const head = await client.getBlock()
  const highest = acknowledged.reduce((most, { blockNumber }) => (blockNumber > most ? blockNumber : most), 0n)
  expect(head.number).toBeGreaterThanOrEqual(highest)

  for (const { hash, blockHash } of acknowledged.slice(-50)) {
    expect((await client.getTransactionReceipt({ hash })).blockHash).toBe(blockHash)
    expect((await client.getBlock({ blockHash })).transactions).toContain(hash)
  }
  const blocks = await Promise.all(
    Array.from({ length: Number(head.number) }, (_, index) => client.getBlock({ blockNumber: BigInt(index + 1) })),
  )
  for (const [index, block] of blocks.entries()) {
    if (index > 0) expect(block.parentHash).toBe(blocks[index - 1]?.hash)
  }
  const sent = blocks.reduce((sum, { transactions }) => sum + transactions.length, 0)
  expect(await client.getBalance({ address: SINK })).toBe(BigInt(sent))

  const addresses = node.ready.accounts.slice(0, SENDERS).map(({ address }) => address)
  const nonces = await Promise.all(addresses.map((address) => client.getTransactionCount({ address })))
  expect(nonces.reduce((sum, nonce) => sum + nonce, 0)).toBe(sent)
  for (const address of [SINK, ...addresses] as const) {
    await checkProof(head.stateRoot, await client.getProof({ address, storageKeys: [] }))
  }
}

import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/rpc/index.ts'
import { createBench, rawOf } from './call.ts'
import { ALICE, CONTRACT } from './fakeNode.ts'

type Answer = { readonly id: number; readonly result?: unknown; readonly error?: { readonly code: number } }

const request = (id: number, method: string, ...params: readonly unknown[]) => ({ jsonrpc: '2.0', id, method, params })

describe('a batch', () => {
  test('is answered in order: each request sees what those before it did', async () => {
    const { handler } = createBench()
    const answers = (await handler.handle([
      request(1, 'eth_blockNumber'),
      request(2, 'evm_mine'),
      request(3, 'eth_blockNumber'),
      request(4, 'evm_mine'),
      request(5, 'eth_blockNumber'),
    ])) as readonly Answer[]
    expect(answers.map(({ id, result }) => [id, result])).toEqual([
      [1, '0x0'],
      [2, '0x0'],
      [3, '0x1'],
      [4, '0x0'],
      [5, '0x2'],
    ])
  })

  test('sends transactions in a row together', async () => {
    const { node, handler } = createBench()
    const submitted: bigint[] = []
    const { submit } = node.context.producer
    let release = () => {}
    const both = new Promise<void>((resolve) => {
      release = resolve
    })
    Object.assign(node.context.producer, {
      async submit(transaction: Parameters<typeof submit>[0]) {
        submitted.push(transaction.nonce)
        if (submitted.length === 2) release()
        await both
        return submit(transaction)
      },
    })
    const batch = [0n, 1n].map((nonce, id) => request(id, 'eth_sendRawTransaction', rawOf({ nonce })))
    expect(await handler.handle(batch)).toHaveLength(2)
  })

  test('runs no more once the answers are too large', async () => {
    const { node, handler } = createBench({}, { ...DEFAULT_LIMITS, maxBatchResponseBytes: 100 })
    const batch = Array.from({ length: 5 }, (_, id) => request(id, 'eth_call', { from: ALICE, to: CONTRACT }))
    const answers = (await handler.handle(batch)) as readonly Answer[]
    expect(answers.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4])
    expect(answers[0]?.error).toBeUndefined()
    expect(answers.slice(3).map(({ error }) => error?.code)).toEqual([-32003, -32003])
    expect(node.simulations.length).toBeLessThan(5)
  })
})

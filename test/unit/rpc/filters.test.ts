import { afterEach, describe, expect, test, vi } from 'vitest'
import { DEFAULT_LIMITS, DEV_LIMITS } from '../../../src/rpc/index.ts'
import { createBench, rawOf } from './call.ts'
import { EMITTER, STRANGER } from './fakeNode.ts'

afterEach(() => vi.useRealTimers())

const GONE = { error: { code: -32000, message: 'filter not found' } }

describe('a filter of blocks', () => {
  test('tells of each block once', async () => {
    const { node, result } = createBench()
    node.mine()
    const id = await result('eth_newBlockFilter')
    expect(await result('eth_getFilterChanges', id)).toEqual([])
    const hashes = [node.mine(), node.mine()].map(({ block }) => block.hash)
    expect(await result('eth_getFilterChanges', id)).toEqual(hashes)
    expect(await result('eth_getFilterChanges', id)).toEqual([])
  })

  test('begins again after a rewind', async () => {
    const { node, result } = createBench()
    node.mine()
    const id = await result('eth_newBlockFilter')
    await result('anvil_reset')
    expect(await result('eth_getFilterChanges', id)).toEqual([])
    const { block } = node.mine()
    expect(await result('eth_getFilterChanges', id)).toEqual([block.hash])
  })

  test('tells of many blocks in parts', async () => {
    const { node, result } = createBench({}, { ...DEFAULT_LIMITS, maxLogBlocks: 2 })
    const id = await result('eth_newBlockFilter')
    const hashes = [node.mine(), node.mine(), node.mine()].map(({ block }) => block.hash)
    expect(await result('eth_getFilterChanges', id)).toEqual(hashes.slice(0, 2))
    expect(await result('eth_getFilterChanges', id)).toEqual(hashes.slice(2))
  })

  test('has no logs', async () => {
    const { call, result } = createBench()
    expect(await call('eth_getFilterLogs', await result('eth_newBlockFilter'))).toEqual(GONE)
  })
})

describe('a filter of logs', () => {
  test.each([
    ['of everything', {}, 1],
    ['from latest on', { fromBlock: 'latest', toBlock: 'latest', address: EMITTER }, 1],
    ['of somebody else', { address: STRANGER }, 0],
    ['that ended before', { fromBlock: '0x0', toBlock: '0x1' }, 0],
    ['of a block to come', { fromBlock: '0x2', toBlock: '0x9' }, 1],
  ])('%s', async (_, filter, count) => {
    const { node, result } = createBench()
    node.mine()
    const id = await result('eth_newFilter', filter)
    expect(await result('eth_getFilterChanges', id)).toEqual([])
    await result('eth_sendRawTransaction', rawOf())
    node.mine()
    expect(await result('eth_getFilterChanges', id)).toHaveLength(count)
    expect(await result('eth_getFilterChanges', id)).toEqual([])
    expect(await result('eth_getFilterLogs', id)).toHaveLength(count)
  })

  test('tells of many logs in whole blocks', async () => {
    const { node, result } = createBench({}, { ...DEFAULT_LIMITS, maxLogs: 2 })
    node.mode = { kind: 'manual' }
    const id = await result('eth_newFilter', {})
    for (const nonces of [[0n], [1n, 2n, 3n], [4n]]) {
      for (const nonce of nonces) await result('eth_sendRawTransaction', rawOf({ nonce }))
      node.mine()
    }
    expect(await result('eth_getFilterChanges', id)).toHaveLength(1)
    expect(await result('eth_getFilterChanges', id)).toHaveLength(3)
    expect(await result('eth_getFilterChanges', id)).toHaveLength(1)
    expect(await result('eth_getFilterChanges', id)).toEqual([])
  })

  test('refuses a range that cannot be', async () => {
    const { call } = createBench()
    expect(await call('eth_newFilter', { fromBlock: '0x2', toBlock: '0x1' })).toEqual({
      error: { code: -32602, message: 'invalid block range params' },
    })
  })
})

test('a filter of waiting transactions tells of their hashes', async () => {
  const { result } = createBench()
  const id = await result('eth_newPendingTransactionFilter')
  const hash = await result('eth_sendRawTransaction', rawOf())
  expect(await result('eth_getFilterChanges', id)).toEqual([hash])
  expect(await result('eth_getFilterChanges', id)).toEqual([])
})

test('an uninstalled filter is gone', async () => {
  const { call, result } = createBench()
  const id = await result('eth_newBlockFilter')
  expect(await result('eth_uninstallFilter', id)).toBe(true)
  expect(await result('eth_uninstallFilter', id)).toBe(false)
  expect(await call('eth_getFilterChanges', id)).toEqual(GONE)
})

test('a filter that nobody asks for 5 minutes is gone', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const { call, result } = createBench()
  const used = await result('eth_newBlockFilter')
  const unused = await result('eth_newBlockFilter')
  vi.setSystemTime(Date.now() + 299_000)
  expect(await result('eth_getFilterChanges', used)).toEqual([])
  vi.setSystemTime(Date.now() + 2_000)
  expect(await result('eth_getFilterChanges', used)).toEqual([])
  expect(await call('eth_getFilterChanges', unused)).toEqual(GONE)
})

test('over HTTP there are no subscriptions', async () => {
  const { call } = createBench()
  const error = { code: -32601, message: 'notifications not supported' }
  expect(await call('eth_subscribe', 'newHeads')).toEqual({ error })
  expect(await call('eth_unsubscribe', '0x1')).toEqual({ error })
})

test('without a limit of blocks, as on a development node, ranges and filters answer for the whole chain', async () => {
  const { node, result } = createBench({}, DEV_LIMITS)
  const filter = await result('eth_newBlockFilter')
  const logs = await result('eth_newFilter', {})
  for (let index = 0; index < 3; index += 1) node.mine()
  expect(await result('eth_getFilterChanges', filter)).toHaveLength(3)
  expect(await result('eth_getFilterChanges', logs)).toEqual([])
  expect(await result('eth_getFilterLogs', logs)).toEqual([])
  expect(await result('eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' })).toEqual([])
})

/**
 * Laws of values: whatever number a client says, it gets a result or an error that says what was wrong; afterwards every
 * block can be read and another one made.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseGenesis } from '../../../src/chain/index.ts'
import { createExecution } from '../../../src/node/machines.ts'
import { BaseError } from '../../../src/primitives/index.ts'
import { createRpcHandler, METHODS } from '../../../src/rpc/index.ts'
import { createMemoryStore, openLevelStore, type Store } from '../../../src/state/index.ts'
import { openRealNode } from '../../harness/realNode.ts'
import { KEEPER, SENDERS, testGenesis } from '../../harness/testChain.ts'

const [sender, other] = SENDERS
/** An account that nobody funded, and a contract that the protocol calls after each block (EIP-7002). */
const NEW = `0x${'5a'.repeat(20)}`
const WITHDRAWAL_REQUESTS = '0x00000961ef480eb55e80d19ad83579a64c007002'
const WORD = `0x${'ff'.repeat(32)}`

/** Numbers at and beyond every bound that there is, and what is no number. */
const EXTREMES: readonly unknown[] = [
  ...[
    0n,
    1n,
    2n ** 31n,
    2n ** 52n,
    2n ** 53n - 1n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 2n,
    2n ** 64n - 1n,
    2n ** 64n,
  ].map(hex),
  ...[2n ** 255n, 2n ** 256n - 9n, 2n ** 256n - 1n, 2n ** 256n].map(hex),
  ...[0, 1, 2 ** 53 - 1, 2 ** 53, 2 ** 64, 1e308, -1, 0.5],
  ...['', '0x', '0x0g', '-0x1', '-1', '1', 'latest', 'text', null, true, [], {}],
  ...[KEEPER, NEW, `0x${'00'.repeat(20)}`, WORD, '0x0061736d01', '0xef0100', '0xfe'],
]

function hex(value: bigint): string {
  return `0x${value.toString(16)}`
}

type Answer = { readonly result?: unknown; readonly error?: { readonly code: number; readonly message: string } }
type Call = readonly [method: string, params: readonly unknown[]]

/** The machines of a node, for all of them: to compile the core takes longer than to ask. */
const execution = createExecution('interpreter')

/** A node and what is asked of it. */
async function openBench(store: Store = createMemoryStore(), genesis = testGenesis()) {
  const bugs: unknown[] = []
  const node = await openRealNode({
    store,
    genesis,
    execution,
    onBug: (bug) => bugs.push(bug),
  })
  const handler = createRpcHandler(node.context)
  const ask = async ([method, params]: Call): Promise<Answer> =>
    (await handler.handle({ jsonrpc: '2.0', id: 1, method, params })) as Answer
  const result = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const answer = await ask([method, params])
    expect({ method, ...answer }).toHaveProperty('result')
    return answer.result
  }
  /** Asks, and checks that the answer is a result or says what is wrong. */
  const expectAnswer = async (call: Call): Promise<boolean> => {
    const answer = await ask(call)
    expect({ call, bugs }).toEqual({ call, bugs: [] })
    if (answer.error === undefined) return true
    expect({ call, ...answer }).not.toHaveProperty('error.code', -32603)
    expect({ call, message: answer.error.message }).toMatchObject({ message: expect.stringMatching(/[a-z]+ [a-z]+/i) })
    return false
  }
  /** Every block can be read, questions about the next one are answered, and it can be made. */
  const expectGoesOn = async (): Promise<void> => {
    const head = Number(await result('eth_blockNumber'))
    for (let number = 0; number <= head; number += 1) {
      await result('eth_getBlockByNumber', hex(BigInt(number)), true)
      await result('eth_getBlockReceipts', hex(BigInt(number)))
    }
    await result('eth_getBlockByNumber', 'pending', true)
    await result('eth_feeHistory', '0x5', 'latest', [50])
    for (const method of ['eth_gasPrice', 'eth_maxPriorityFeePerGas', 'anvil_nodeInfo', 'hardhat_metadata'])
      await result(method)
    for (const account of [sender, other, KEEPER, NEW]) await result('eth_getProof', account, ['0x0', WORD], 'latest')
    await expectAnswer(['eth_call', [{ from: sender, to: KEEPER }, 'pending']])
    await expectAnswer(['eth_sendTransaction', [{ from: sender, to: other, value: '0x1', gas: '0x5208' }]])
    await result('evm_mine')
    expect(Number(await result('eth_blockNumber'))).toBeGreaterThan(head)
    expect(bugs).toEqual([])
  }
  return { node, ask, result, expectAnswer, expectGoesOn, close: () => node.producer.stop() }
}

/** An argument that a codec of this label takes. */
const PLAIN: Readonly<Record<string, unknown>> = {
  address: sender,
  quantity: '0x1',
  integer: 1,
  boolean: true,
  data: '0x00',
  hash: WORD,
  slot: '0x1',
  text: 'text',
}

/** Methods of a development node that take something, by each of their names. */
const DEV_METHODS = METHODS.filter(({ availability, params }) => availability === 'dev' && params.length > 0).flatMap(
  ({ names, params }) =>
    names.map((name) => ({ name, plain: params.map(({ label }) => PLAIN[label.replace('?', '')] ?? null) })),
)

/** Calls of a method with one argument replaced by each extreme. */
function callsOf(name: string, plain: readonly unknown[]): readonly Call[] {
  return plain.flatMap((_, position) => EXTREMES.map((extreme): Call => [name, plain.with(position, extreme)]))
}

const CALLS = ['eth_call', 'eth_estimateGas', 'eth_createAccessList']
const ACCOUNT_FIELDS = ['balance', 'nonce', 'code', 'state', 'stateDiff', 'movePrecompileToAddress']
const BLOCK_FIELDS = [
  'number',
  'time',
  'timestamp',
  'gasLimit',
  'feeRecipient',
  'coinbase',
  'prevRandao',
  'random',
  'baseFeePerGas',
  'baseFee',
  'blobBaseFee',
]
const REQUEST_FIELDS = [
  'type',
  'chainId',
  'from',
  'to',
  'nonce',
  'gas',
  'value',
  'data',
  'input',
  'gasPrice',
  'maxFeePerGas',
  'maxPriorityFeePerGas',
  'accessList',
  'authorizationList',
]

/** What calls are made: a transfer, a creation, and a call of a contract or a precompile. */
const REQUESTS = [
  { from: sender, to: other, value: '0x1' },
  { from: sender, data: '0x5f5f5ff000', value: '0x1' },
  { from: sender, to: KEEPER, data: `0x${'00'.repeat(64)}` },
]

function override(field: string, extreme: unknown): Readonly<Record<string, unknown>> {
  return field.startsWith('state') ? { [field]: { '0x0': extreme } } : { [field]: extreme }
}

describe('whatever value a development method is given', () => {
  let bench: Awaited<ReturnType<typeof openBench>>
  beforeAll(async () => {
    bench = await openBench()
  })
  afterAll(() => bench.close())

  test.each(DEV_METHODS)('$name: an answer, and the chain goes on', async ({ name, plain }) => {
    for (const call of callsOf(name, plain)) {
      const isDone = await bench.expectAnswer(call)
      if (!isDone) continue
      await bench.expectGoesOn().catch((cause) => {
        throw new Error(`after ${JSON.stringify(call)}: ${cause.message}`, { cause })
      })
      await bench.result('anvil_reset')
      await bench.result('evm_setAutomine', true)
    }
    await bench.expectGoesOn()
  })

  test.each(CALLS)('%s: an answer for each override and field', async (method) => {
    for (const request of REQUESTS) {
      for (const extreme of EXTREMES) {
        const ask = (params: readonly unknown[]) => bench.expectAnswer([method, params])
        for (const field of ACCOUNT_FIELDS) {
          for (const account of [sender, other, KEEPER, '0x0000000000000000000000000000000000000004']) {
            await ask([request, 'latest', { [String(account)]: override(field, extreme) }])
          }
        }
        for (const field of BLOCK_FIELDS) await ask([request, 'pending', {}, { [field]: extreme }])
        for (const field of REQUEST_FIELDS) await ask([{ ...request, [field]: extreme }, 'latest'])
      }
    }
    await bench.expectGoesOn()
  })

  test.each(['eth_fillTransaction', 'eth_sendTransaction', 'eth_signTransaction'])(
    '%s: an answer for each field',
    async (method) => {
      for (const field of REQUEST_FIELDS) {
        for (const extreme of EXTREMES) {
          for (const baseFee of ['0x1', WORD]) {
            await bench.ask(['anvil_setNextBlockBaseFeePerGas', [baseFee]])
            await bench.expectAnswer([method, [{ ...REQUESTS[0], gas: '0x5208', [field]: extreme }]])
            await bench.expectAnswer([method, [{ ...REQUESTS[0], [field]: extreme }]])
          }
        }
        await bench.expectGoesOn()
        await bench.result('anvil_reset')
      }
    },
  )
})

test('who breaks a contract that every block calls is told so, and may mend it', async () => {
  const bench = await openBench()
  const code = await bench.result('eth_getCode', WITHDRAWAL_REQUESTS, 'latest')
  for (const broken of ['0x', '0xfe']) {
    await bench.result('anvil_setCode', WITHDRAWAL_REQUESTS, broken)
    expect((await bench.ask(['evm_mine', []])).error?.message).toContain(WITHDRAWAL_REQUESTS)
    await bench.result('anvil_setCode', WITHDRAWAL_REQUESTS, code)
    await bench.expectGoesOn()
  }
  await bench.close()
})

describe('any sequence of them', () => {
  const anyCall = fc
    .constantFrom(...DEV_METHODS)
    .chain(({ name, plain }) =>
      fc.tuple(
        fc.constant(name),
        fc.tuple(...plain.map((argument) => fc.oneof(fc.constant(argument), fc.constantFrom(...EXTREMES)))),
      ),
    )
  const someCalls = fc.array(anyCall, { minLength: 1, maxLength: 8 })

  test('leaves a chain that can be read and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(someCalls, async (calls) => {
        const bench = await openBench()
        for (const call of calls) await bench.expectAnswer(call)
        await bench.result('evm_setAutomine', true)
        await bench.expectGoesOn()
        await bench.close()
      }),
      { numRuns: 100, verbose: 1 },
    )
  })

  test('and can be opened again, from its files', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall, { minLength: 8, maxLength: 30 }), async (calls) => {
        const folder = mkdtempSync(join(tmpdir(), 'extremes-'))
        try {
          for (const create of [true, false]) {
            const store = await openLevelStore(join(folder, 'store'), { create, durable: false })
            const bench = await openBench(store)
            if (create) for (const call of calls) await bench.expectAnswer(call)
            await bench.result('evm_setAutomine', true)
            await bench.expectGoesOn()
            await bench.close()
            await bench.node.chain.ledger.close()
          }
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      }),
      { numRuns: 8, verbose: 1 },
    )
  })
})

describe('whatever a genesis file says', () => {
  const alloc = {
    [NEW]: { balance: '0x1', nonce: '0x0', code: '0x00', storage: { '0x1': '0x2' } },
    [WITHDRAWAL_REQUESTS]: { code: '0x00' },
    '0x0000bbddc7ce488642fb579f8b00f3a590007251': { code: '0x00' },
  }
  const plain = {
    config: { chainId: 31_337, shanghaiTime: 0, cancunTime: 0, pragueTime: 0 },
    gasLimit: '0x1c9c380',
    alloc,
  }
  const account = (field: string) => (extreme: unknown) => ({
    ...plain,
    alloc: { ...alloc, [NEW]: { ...alloc[NEW], [field]: extreme }, [KEEPER]: { balance: '0x5' } },
  })
  const fields: readonly (readonly [string, (extreme: unknown) => object])[] = [
    ...[
      'timestamp',
      'gasLimit',
      'baseFeePerGas',
      'coinbase',
      'extraData',
      'mixHash',
      'difficulty',
      'nonce',
      'number',
      'gasUsed',
      'parentHash',
      'blobGasUsed',
      'excessBlobGas',
      'alloc',
      'config',
    ].map((field) => [`genesis.${field}`, (extreme: unknown) => ({ ...plain, [field]: extreme })] as const),
    ...['chainId', 'cancunTime', 'osakaTime', 'londonBlock'].map(
      (field) =>
        [
          `genesis.config.${field}`,
          (extreme: unknown) => ({ ...plain, config: { ...plain.config, [field]: extreme } }),
        ] as const,
    ),
    ...['balance', 'nonce', 'code', 'storage'].map((field) => [`genesis.alloc`, account(field)] as const),
    ['genesis.alloc', (extreme) => account('storage')({ '0x1': extreme })],
    ['genesis.alloc', (extreme) => account('storage')({ [String(extreme)]: '0x1' })],
    ['genesis.alloc', (extreme) => ({ ...plain, alloc: { ...alloc, [String(extreme)]: { balance: WORD } } })],
  ]

  test.each(fields)('%s: refused by name, or a chain that goes on', async (path, file) => {
    for (const extreme of EXTREMES) {
      const store = createMemoryStore()
      try {
        const genesis = parseGenesis(file(extreme))
        for (const _ of ['begun', 'opened again']) {
          const bench = await openBench(store, genesis)
          await bench.expectGoesOn()
          await bench.close()
        }
      } catch (thrown) {
        if (!(thrown instanceof BaseError))
          throw new Error(`${path} ${JSON.stringify(extreme)}: ${thrown}`, { cause: thrown })
        expect({ extreme, code: thrown.code }).toEqual({ extreme, code: 'GENESIS_INVALID' })
        expect(thrown.message).toContain(path)
      }
    }
  })
})

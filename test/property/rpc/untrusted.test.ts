/** Laws of the edge: whatever a client sends, it gets an answer of the right shape and no more. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toQuantity, wordToHash } from '../../../src/primitives/index.ts'
import { quantity, slot } from '../../../src/rpc/codec/scalars.ts'
import { METHODS, RpcError } from '../../../src/rpc/index.ts'
import { createBench } from '../../unit/rpc/call.ts'

const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })

/** JSON that looks like what methods take, so that generated requests get past the first check now and then. */
const plausible = fc.oneof(
  fc.constantFrom('latest', 'pending', 'earliest', '0x', '0x0', '0x01', 'newHeads', 'logs', null, true, 0, 1, {}, []),
  word.map(toQuantity),
  word.map(wordToHash),
  fc.constantFrom(`0x${'c0'.repeat(20)}`, `0x${'5a'.repeat(20)}`, '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'),
  fc.record(
    {
      to: fc.constantFrom(`0x${'c0'.repeat(20)}`, null),
      from: fc.constant('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266'),
      value: word.map(toQuantity),
      gas: word.map(toQuantity),
      fromBlock: word.map(toQuantity),
      blockHash: word.map(wordToHash),
      topics: fc.array(fc.option(word.map(wordToHash))),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
)

describe('codecs', () => {
  test.each(METHODS.map((method) => [method.names[0], method] as const))(
    '%s refuses what it does not take with an RpcError',
    (_, { params }) => {
      fc.assert(
        fc.property(plausible, (json) => {
          for (const codec of params) {
            try {
              codec.decode(json, '0')
            } catch (error) {
              expect(error).toBeInstanceOf(RpcError)
            }
          }
        }),
        { numRuns: 50 },
      )
    },
  )

  test('a quantity comes back', () => {
    fc.assert(
      fc.property(word, fc.nat(20), (value, zeros) => {
        const hex = `0x${'0'.repeat(zeros)}${value.toString(16)}`
        expect(quantity.decode(hex, '0')).toBe(value)
      }),
    )
  })

  test('a slot comes back, short or full', () => {
    fc.assert(
      fc.property(word, (value) => {
        expect(slot.decode(toQuantity(value), '0')).toBe(value)
        expect(slot.decode(wordToHash(value), '0')).toBe(value)
      }),
    )
  })
})

describe('the handler', () => {
  const names = METHODS.flatMap((method) => method.names)

  test('answers every request with a result or an error that is not our fault', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.array(plausible, { maxLength: 4 }), async (method, params) => {
        const { node, handler } = createBench()
        // Waiting for a receipt is not what is asked here.
        const request = {
          jsonrpc: '2.0',
          id: 1,
          method,
          params: method.endsWith('Sync') ? [...params.slice(0, 1), 1] : params,
        }
        const answer = (await handler.handle(request)) as { id: unknown; error?: { code: number; message: unknown } }
        expect(node.bugs).toEqual([])
        expect(answer).toMatchObject({ jsonrpc: '2.0', id: 1 })
        expect('result' in answer).not.toBe('error' in answer)
        if (answer.error !== undefined) expect(answer.error.code).not.toBe(-32603)
        handler.close()
      }),
      { numRuns: 2000 },
    )
  })

  test('answers any text, and any JSON, with JSON-RPC or nothing', async () => {
    const { handler } = createBench()
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        const answer = await handler.handle(text)
        const answers = Array.isArray(answer) ? answer : [answer]
        for (const one of answers) if (one !== undefined) expect(one).toMatchObject({ jsonrpc: '2.0' })
      }),
    )
  })

  test('a batch has the answers that its requests have alone', async () => {
    const reads = ['eth_chainId', 'eth_blockNumber', 'eth_accounts', 'eth_gasPrice', 'nonsense']
    const request = fc.record({
      jsonrpc: fc.constant('2.0'),
      id: fc.oneof(fc.nat(), fc.string(), fc.constant(null)),
      method: fc.constantFrom(...reads),
    })
    const { handler } = createBench()
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 20 }), async (batch) => {
        const alone = await Promise.all(batch.map((one) => handler.handle(one)))
        expect(await handler.handle(batch)).toEqual(alone)
      }),
    )
  })
})

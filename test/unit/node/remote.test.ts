import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { serve } from '../../../src/node/remote.ts'
import { BaseError, InvariantError } from '../../../src/primitives/index.ts'

/** Calls one method of a served object and returns the raw answer. */
async function answerOf(work: () => Promise<unknown>, method = 'work'): Promise<unknown> {
  const { port1, port2 } = new MessageChannel()
  serve(port1, { work })
  const answer = new Promise((resolve) => port2.once('message', resolve))
  port2.postMessage({ id: 7, method, args: [] })
  const seen = await answer
  port1.close()
  return seen
}

describe('a served method', () => {
  it('answers with its value, bigints and bytes included', async () => {
    const value = { wei: 2n ** 200n, bytes: Uint8Array.of(1, 2), map: new Map([['a', 1n]]) }
    expect(await answerOf(async () => value)).toEqual({ id: 7, value })
  })
  it.each([
    [
      new BaseError('STORE_CORRUPT', 'sentence', { advice: ['do'] }),
      { kind: 'operational', code: 'STORE_CORRUPT', advice: ['do'] },
    ],
    [new InvariantError('L1'), { kind: 'bug', message: 'L1' }],
    [new Error('other'), { kind: 'other', message: 'other' }],
  ])('says what it threw: %s', async (error, expected) => {
    expect(await answerOf(() => Promise.reject(error))).toMatchObject({ id: 7, error: expected })
  })
  it('that does not exist is an error', async () => {
    expect(await answerOf(async () => 1, 'missing')).toMatchObject({ error: { message: 'no method missing' } })
  })
})

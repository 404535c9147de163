import { describe, expect, test } from 'vitest'
import type { Ledger } from '../../../src/chain/index.ts'
import { createDoubt, doubtingLedger, opening } from '../../../src/node/lifeCycle.ts'
import { BaseError, InvariantError } from '../../../src/primitives/index.ts'

const never = new Promise<never>(() => undefined)

/** A ledger whose every call fails with `error`. */
function failingLedger(error: Error): Ledger {
  const fail = () => Promise.reject(error)
  return { produce: fail, produceIdle: fail, edit: fail, rewind: fail, close: async () => undefined }
}

describe('N4: a ledger whose state is in doubt', () => {
  test.each([
    ['produce', (ledger: Ledger) => ledger.produce({} as never)],
    ['produceIdle', (ledger: Ledger) => ledger.produceIdle({} as never)],
    ['edit', (ledger: Ledger) => ledger.edit([])],
    ['rewind', (ledger: Ledger) => ledger.rewind(0n)],
  ])('an invariant that fails in %s is the end of the node, whoever waits for the call', async (_, call) => {
    const doubt = createDoubt(never)
    const ledger = doubtingLedger(failingLedger(new InvariantError('L9: apples are apples')), doubt.raise)
    await expect(call(ledger)).rejects.toThrow('L9')
    await expect(doubt.failed).rejects.toMatchObject({ code: 'STATE_IN_DOUBT', message: expect.stringContaining('L9') })
  })

  test.each(['STORE_FAILED', 'STORE_CORRUPT', 'WORKER_ENDED', 'OUT_OF_MEMORY'])(
    '%s is, too, under its own name',
    async (code) => {
      const doubt = createDoubt(never)
      const ledger = doubtingLedger(failingLedger(new BaseError(code, 'no room')), doubt.raise)
      await expect(ledger.edit([])).rejects.toMatchObject({ code })
      await expect(doubt.failed).rejects.toMatchObject({ code })
    },
  )

  test('a refusal is not', async () => {
    let raised = false
    const ledger = doubtingLedger(failingLedger(new BaseError('UNKNOWN_VERSION', 'no')), () => {
      raised = true
    })
    await expect(ledger.rewind(5n)).rejects.toMatchObject({ code: 'UNKNOWN_VERSION' })
    expect(raised).toBe(false)
  })
})

test('what was opened is closed, the last one first, also when one of them cannot be', async () => {
  const closed: number[] = []
  const { stop } = await opening(async (opened) => {
    opened.push(() => void closed.push(1))
    opened.push(() => Promise.reject(new Error('stuck')))
    opened.push(() => void closed.push(3))
    return {}
  })
  await expect(stop()).rejects.toThrow('stuck')
  expect(closed).toEqual([3, 1])
})

import { describe, expect, test } from 'vitest'
import type { Archive } from '../../../src/chain/index.ts'
import { damageTellingArchive, tellingDamage } from '../../../src/node/damage.ts'
import { createDoubt } from '../../../src/node/lifeCycle.ts'
import { BaseError, ZERO_ADDRESS, ZERO_HASH } from '../../../src/primitives/index.ts'
import type { StateView } from '../../../src/state/index.ts'

const never = new Promise<never>(() => undefined)

function failing(code: string) {
  const fail = (): never => {
    throw new BaseError(code, 'record 0x00')
  }
  const reject = async (): Promise<never> => fail()
  return { fail, reject, answer: () => 42 }
}

describe('N4: damage that a read finds', () => {
  test.each(['fail', 'reject'] as const)('ends the node, and whoever asked hears of it (%s)', async (name) => {
    const doubt = createDoubt(never)
    const port = tellingDamage(failing('STORE_CORRUPT'), doubt.raise)
    await expect((async () => port[name]())()).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    await expect(doubt.failed).rejects.toMatchObject({ code: 'STORE_CORRUPT' })
    expect(port.answer()).toBe(42)
  })

  test.each(['CALL_TIMEOUT', 'WORKER_ENDED', 'UNKNOWN_BLOCK'])('a read that fails with %s does not', async (code) => {
    const raised: Error[] = []
    const port = tellingDamage(failing(code), (error) => raised.push(error))
    await expect(port.reject()).rejects.toMatchObject({ code })
    expect(port.fail).toThrow('record')
    expect(raised).toEqual([])
  })

  test('also when it is found later, in a state that an archive gave', () => {
    const { fail } = failing('STORE_CORRUPT')
    const view: StateView = { account: fail, code: fail, storage: fail, hasStorage: fail }
    const archive = { headState: () => view, stateAt: () => view } as unknown as Archive
    const raised: Error[] = []
    const telling = damageTellingArchive(archive, (error) => raised.push(error))
    expect(() => telling.headState().account(ZERO_ADDRESS)).toThrow('record')
    expect(() => telling.stateAt(ZERO_HASH)?.storage(ZERO_ADDRESS, 0n)).toThrow('record')
    expect(raised).toHaveLength(2)
  })
})

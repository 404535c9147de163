import { describe, expect, it } from 'vitest'
import { InvariantError, StateInvariantError } from '../../../src/primitives/index.ts'
import { executeIsolated } from '../../../src/router/index.ts'
import type { StateView } from '../../../src/state/index.ts'
import { addr, type Behaviour, environment, label, transaction, world } from '../../harness/world.ts'

const ETHER = 10n ** 18n
const state = (behaviours: number): StateView =>
  world({
    [addr(1)]: { balanceWei: ETHER },
    ...Object.fromEntries(
      Array.from({ length: behaviours }, (_, index) => [addr(0x20 + index), { code: label(index) }]),
    ),
  })

/** Writes, then throws. */
function throwing(thrown: unknown, times = Number.POSITIVE_INFINITY): Behaviour {
  let left = times
  return ({ recipient, gasLimit }, { journal }) => {
    journal.setStorage(recipient, 1n, 1n)
    left -= 1
    if (left >= 0) throw thrown
    return { status: 'success', output: new Uint8Array(), gasLeft: gasLimit }
  }
}

const call = transaction({ to: addr(0x20), valueWei: 5n })

describe('a transaction whose execution throws', () => {
  const causes = [
    new RangeError('WebAssembly.Memory(): could not allocate memory'),
    new InvariantError('an engine breaks'),
    'a string',
  ]
  it.each(causes)('is rejected by who builds a block: %s', (cause) => {
    const where = environment({ behaviours: [throwing(cause)] })
    const outcome = executeIsolated(where, state(1), call, 'reject')
    expect(outcome).toMatchObject({ kind: 'rejected', rejection: { code: 'EXECUTION_FAILED' } })
  })

  it.each(causes)('where it must be kept, halts, pays its whole gas limit and counts its nonce: %s', (cause) => {
    const where = environment({ behaviours: [throwing(cause)] })
    const outcome = executeIsolated(where, state(1), call, 'halt')
    expect(outcome).toMatchObject({ kind: 'executed', status: 'halt', haltReason: 'internal-error', gasUsed: 100_000n })
    if (outcome.kind !== 'executed') return
    const sender = outcome.diff.find(({ address }) => address === addr(1))
    expect(sender?.account).toMatchObject({ nonce: 1n, balanceWei: ETHER - 100_000n * 3n })
    expect(outcome.diff.map(({ address }) => address)).not.toContain(addr(0x20))
  })

  it('leaves nothing behind in the journal', () => {
    const where = environment({
      behaviours: [
        throwing(new Error('broken')),
        ({ gasLimit }) => ({ status: 'success', output: new Uint8Array(), gasLeft: gasLimit }),
      ],
    })
    const view = state(2)
    const other = () => ({
      ...executeIsolated(where, view, transaction({ to: addr(0x21) }), 'reject'),
      access: undefined,
    })
    const plain = other()
    executeIsolated(where, view, call, 'reject')
    expect(other()).toEqual(plain)
  })

  it("is tried twice: the first failure may be the machine's", () => {
    const where = environment({ behaviours: [throwing(new RangeError('out of memory'), 1)] })
    expect(executeIsolated(where, state(1), call, 'reject')).toMatchObject({ kind: 'executed', status: 'success' })
  })
})

describe('what no transaction is to blame for', () => {
  it('is thrown on: a broken journal', () => {
    const where = environment({ behaviours: [throwing(new StateInvariantError('J1'))] })
    expect(() => executeIsolated(where, state(1), call, 'halt')).toThrow(StateInvariantError)
  })

  it('is thrown on: a state that cannot be read', () => {
    const where = environment({
      behaviours: [
        ({ recipient, gasLimit }, { journal }) => {
          journal.storage(recipient, 9n)
          return { status: 'success', output: new Uint8Array(), gasLeft: gasLimit }
        },
      ],
    })
    const view: StateView = {
      ...state(1),
      storage: () => {
        throw new Error('the disk is gone')
      },
    }
    for (const policy of ['reject', 'halt'] as const) {
      expect(() => executeIsolated(where, view, call, policy)).toThrow('the disk is gone')
    }
  })
})

import { describe, expect, test } from 'vitest'
import {
  allocateShared,
  createParallelExecutor,
  createSequentialExecutor,
  createVirtualTeam,
  EVERY_BLOCK,
} from '../../../src/parallel/index.ts'
import { InvariantError, rulesOf, ZERO_HASH } from '../../../src/primitives/index.ts'
import type { Precompile } from '../../../src/vm/index.ts'
import { Random } from '../../fuzz/random.ts'
import { differencesOf } from '../../harness/parallel/executors.ts'
import { THROWER, throwingExecution } from '../../harness/throwing.ts'
import { addr, hash, testBlock, transaction, world } from '../../harness/world.ts'

const view = world(Object.fromEntries([1, 2, 3, 4].map((sender) => [addr(sender), { balanceWei: 10n ** 18n }])))

function block(throwPolicy: 'reject' | 'halt') {
  const transactions = Array.from({ length: 12 }, (_, index) =>
    transaction({
      sender: addr(1 + (index % 4)),
      nonce: BigInt(Math.floor(index / 4)),
      to: index % 5 === 0 ? THROWER : addr(0x90 + index),
      valueWei: BigInt(index),
    }),
  )
  return {
    rules: rulesOf('osaka'),
    context: testBlock,
    parentHash: hash(1),
    parentBeaconBlockRoot: ZERO_HASH,
    throwPolicy,
    transactions,
    blockHash: () => undefined,
  }
}

const causes: readonly (readonly [string, Precompile])[] = [
  [
    'memory',
    () => {
      throw new RangeError('could not allocate memory')
    },
  ],
  [
    "an engine's assertion",
    () => {
      throw new InvariantError('an engine breaks')
    },
  ],
]

describe.each(causes)('transactions that throw: %s', (_name, misbehave) => {
  test.each(['reject', 'halt'] as const)('workers and order agree on the block (%s)', (policy) => {
    const sequential = createSequentialExecutor(throwingExecution(misbehave))
    const expected = sequential.execute(block(policy), view)
    const isolated = expected.outcomes.filter((outcome) => outcome.kind === 'rejected' || outcome.status === 'halt')
    expect(isolated.length).toBeGreaterThan(2)
    expect(expected.outcomes.some((outcome) => outcome.kind === 'executed' && outcome.status === 'success')).toBe(true)
    const random = new Random(5, 0)
    const team = createVirtualTeam({
      size: 3,
      memory: allocateShared(64 * 2 ** 20),
      createParts: () => throwingExecution(misbehave),
      stored: undefined,
      below: (bound) => random.below(bound),
      interruptions: 4,
    })
    const workers = createParallelExecutor({ ...throwingExecution(misbehave), team, threshold: EVERY_BLOCK })
    for (let run = 0; run < 3; run += 1)
      expect(differencesOf(expected, workers.execute(block(policy), view))).toEqual([])
  })
})

test("a worker's failed assertion that no transaction repeats in order is still fatal", () => {
  const random = new Random(6, 0)
  const team = createVirtualTeam({
    size: 2,
    memory: allocateShared(64 * 2 ** 20),
    createParts: () =>
      throwingExecution(() => {
        throw new InvariantError('a worker breaks')
      }),
    stored: undefined,
    below: (bound) => random.below(bound),
    interruptions: 4,
  })
  const healthy = throwingExecution((_input, gasLeft) => ({ status: 'success', output: new Uint8Array(), gasLeft }))
  const executor = createParallelExecutor({ ...healthy, team, threshold: EVERY_BLOCK })
  expect(() => executor.execute(block('reject'), view)).toThrow('a worker breaks')
})

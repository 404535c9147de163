import { expect, test } from 'vitest'
import {
  allocateShared,
  createParallelExecutor,
  createSequentialExecutor,
  createVirtualTeam,
  EVERY_BLOCK,
} from '../../../src/parallel/index.ts'
import { rulesOf, ZERO_HASH } from '../../../src/primitives/index.ts'
import type { Precompile } from '../../../src/vm/index.ts'
import { Random } from '../../fuzz/random.ts'
import { differencesOf } from '../../harness/parallel/executors.ts'
import { THROWER, throwingExecution } from '../../harness/throwing.ts'
import { addr, hash, testBlock, transaction, world } from '../../harness/world.ts'

const SENDERS = 20
const view = world(
  Object.fromEntries(Array.from({ length: SENDERS }, (_, index) => [addr(0x300 + index), { balanceWei: 10n ** 18n }])),
)

test('more transactions than a block has room for: workers and order agree, and few are executed in vain', () => {
  let executions = 0
  const counted: Precompile = (_input, gasLimit) => {
    executions += 1
    return { status: 'success', output: new Uint8Array(), gasLeft: gasLimit - 30_000n }
  }
  const random = new Random(21, 0)
  const transactions = Array.from({ length: 200 }, (_, index) =>
    transaction({
      sender: addr(0x300 + (index % SENDERS)),
      nonce: BigInt(Math.floor(index / SENDERS)),
      to: THROWER,
      gasLimit: BigInt(60_000 + 10_000 * random.below(10)),
    }),
  )
  const input = {
    rules: rulesOf('osaka'),
    context: { ...testBlock, gasLimit: 1_000_000n },
    parentHash: hash(1),
    parentBeaconBlockRoot: ZERO_HASH,
    transactions,
    blockHash: () => undefined,
  }
  const expected = createSequentialExecutor(throwingExecution(counted)).execute(input, view)
  const included = expected.outcomes.filter(({ kind }) => kind === 'executed').length
  expect(included).toBeGreaterThan(15)
  for (let run = 0; run < 5; run += 1) {
    executions = 0
    const team = createVirtualTeam({
      size: 4,
      memory: allocateShared(64 * 2 ** 20),
      createParts: () => throwingExecution(counted),
      stored: undefined,
      below: (bound) => random.below(bound),
      interruptions: 4,
    })
    const workers = createParallelExecutor({ ...throwingExecution(counted), team, threshold: EVERY_BLOCK })
    expect(differencesOf(expected, workers.execute(input, view))).toEqual([])
    expect(executions).toBeLessThan(4 * included)
  }
})

import { expect, test } from 'vitest'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import { StateInvariantError } from '../../../src/primitives/index.ts'
import type { Precompile } from '../../../src/vm/index.ts'
import { signed } from '../../harness/testChain.ts'
import { THROWER, throwingExecution } from '../../harness/throwing.ts'
import { TestNetwork } from '../../harness/validator/testNetwork.ts'

async function started(misbehave: Precompile): Promise<TestNetwork> {
  const network = new TestNetwork(4, {}, { executor: createSequentialExecutor(throwingExecution(misbehave)) })
  await network.start()
  await network.clock.advance(1_000)
  return network
}

async function submit(network: TestNetwork, ...transactions: readonly ReturnType<typeof signed>[]): Promise<void> {
  for (const transaction of transactions) await network.nodes[0]?.validator.feed.submit(transaction)
}

test('a transaction that throws in every engine halts for all of its gas, at every validator alike', async () => {
  const network = await started(() => {
    throw new RangeError('could not allocate memory')
  })
  const poison = signed(0, 0n, { to: THROWER, gasLimit: 90_000n })
  const next = signed(0, 1n)
  await submit(network, poison, next)
  await network.clock.advance(3_000)
  expect(network.failures).toEqual([])
  for (const { archive, halts } of network.nodes) {
    expect(halts).toEqual([])
    const at = archive.transaction(poison.hash)
    const receipt = at === undefined ? undefined : archive.receipts(at.blockHash)?.[at.index]
    expect(receipt).toMatchObject({ succeeded: false, gasUsed: 90_000n })
    expect(archive.transaction(next.hash)).toBeDefined()
  }
  const least = Math.min(...network.heights())
  expect(new Set(network.nodes.map(({ archive }) => archive.blockHash(BigInt(least)))).size).toBe(1)
})

test('a network whose nodes all stop at a broken invariant goes on with a repaired version, where it stood', async () => {
  const network = await started(() => {
    throw new StateInvariantError('J1: broken')
  })
  const poison = signed(0, 0n, { to: THROWER, gasLimit: 90_000n })
  await submit(network, poison)
  await network.clock.advance(3_000)
  expect(network.failures.length).toBeGreaterThan(0)
  const stood = Math.max(...network.heights())
  await network.clock.advance(2_000)
  expect(Math.max(...network.heights())).toBe(stood)
  for (const node of network.nodes) await network.crash(node)

  network.failures.length = 0
  network.executor = createSequentialExecutor(
    throwingExecution((_input, gasLeft) => ({ status: 'success', output: new Uint8Array(), gasLeft })),
  )
  for (const node of network.nodes) await network.restart(node)
  await network.clock.advance(5_000)
  expect(network.failures).toEqual([])
  expect(network.nodes.flatMap(({ halts }) => halts.slice(1))).toEqual([])
  expect(Math.min(...network.heights())).toBeGreaterThan(stood + 10)
})

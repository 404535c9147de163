import { afterAll, expect } from 'vitest'
import { describeBlockExecutor } from '../../compliance/blockExecutor.ts'
import { createThreadedExecutor, type ThreadedExecutor } from '../../harness/parallel/threads.ts'

const open: ThreadedExecutor[] = []

async function threads(workers: number): Promise<ThreadedExecutor> {
  const executor = await createThreadedExecutor(workers, 'compiled')
  open.push(executor)
  return executor
}

afterAll(async () => {
  for (const executor of open) {
    await executor.close()
    expect(executor.failures).toEqual([])
  }
})

for (const workers of [1, 2, 4, 8]) {
  describeBlockExecutor(`${workers} threads`, async () => {
    const executor = await threads(workers)
    return ({ input, view }) => executor.execute(input, view)
  })
}

describeBlockExecutor('2 threads that know the access list', async () => {
  const executor = await threads(2)
  return ({ input, view }, { accessList }) => executor.execute({ ...input, foretold: accessList }, view)
})

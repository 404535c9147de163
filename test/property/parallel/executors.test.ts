import { createExecution } from '../../../src/node/machines.ts'
import { createSequentialExecutor } from '../../../src/parallel/index.ts'
import { describeBlockExecutor } from '../../compliance/blockExecutor.ts'
import { Random } from '../../fuzz/random.ts'
import { createVirtualExecutor } from '../../harness/parallel/executors.ts'

describeBlockExecutor('in order, with compiled code', () => {
  const executor = createSequentialExecutor(createExecution('compiled'))
  return ({ input, view }) => executor.execute(input, view)
})

describeBlockExecutor('three workers that take turns', () => {
  const random = new Random(11, 0)
  const executor = createVirtualExecutor(3, (bound) => random.below(bound))
  return ({ input, view }) => executor.execute(input, view)
})

describeBlockExecutor('three workers that take turns, who know the access list', () => {
  const random = new Random(12, 0)
  const executor = createVirtualExecutor(3, (bound) => random.below(bound))
  return ({ input, view }, { accessList }) => executor.execute({ ...input, foretold: accessList }, view)
})

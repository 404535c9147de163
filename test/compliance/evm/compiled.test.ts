import { describe } from 'vitest'
import { createCompiledEvm, FIRST_USE_POLICY } from '../../../src/evm/index.ts'
import { createCoreJournal } from '../../../src/state/index.ts'
import { createTestCore } from '../../harness/core.ts'
import { evmEngineSuite } from './suite.ts'

describe('compiled, every code on its first use', () => {
  const core = createTestCore()
  const journal = createCoreJournal(core)
  evmEngineSuite(createCompiledEvm(core, FIRST_USE_POLICY), () => journal)
})

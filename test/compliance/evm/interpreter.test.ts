import { describe } from 'vitest'
import { createInterpreter } from '../../../src/evm/index.ts'
import { createCoreJournal } from '../../../src/state/index.ts'
import { createTestCore } from '../../harness/core.ts'
import { evmEngineSuite } from './suite.ts'

describe('interpreter', () => {
  const core = createTestCore()
  const journal = createCoreJournal(core)
  evmEngineSuite(createInterpreter(core), () => journal)
})

import { describe } from 'vitest'
import { createReferenceEvm } from '../../../src/evm/index.ts'
import { evmEngineSuite } from './suite.ts'

describe('reference EVM', () => evmEngineSuite(createReferenceEvm))

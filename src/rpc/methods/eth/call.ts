import { toHex, toQuantity } from '../../../primitives/index.ts'
import { anyBlock, block } from '../../codec/block.ts'
import { optional, withDefault } from '../../codec/codec.ts'
import { blockOverrides, stateOverrides } from '../../codec/overrides.ts'
import { callRequest } from '../../codec/transaction.ts'
import { defineMethod } from '../../method.ts'
import { failureOf } from '../../query/failure.ts'
import { estimateBlock, estimateGas, simulationOf } from '../../query/simulation.ts'

const noStateOverrides = withDefault(stateOverrides, new Map())
const noBlockOverrides = withDefault(blockOverrides, {})
const overrides = [noStateOverrides, noBlockOverrides] as const
/** A call looks at what is; an estimate is about what is to be. */
const callParams = [callRequest, block, ...overrides] as const
const estimateParams = [callRequest, optional(anyBlock), ...overrides] as const

/** Transactions that are tried, not sent. */
export const callMethods = [
  defineMethod({
    name: 'eth_call',
    summary: 'What a call returns. A revert is error 3 with its data.',
    params: callParams,
    async handler(scope, request, at, state, context) {
      const trial = { request, block: at, stateOverrides: state, blockOverrides: context }
      const outcome = await scope.simulator.call(simulationOf(scope, trial))
      if (outcome.status !== 'success') throw failureOf(scope, outcome)
      return toHex(outcome.output)
    },
  }),
  defineMethod({
    name: 'eth_estimateGas',
    summary:
      'The least gas limit, within 1.5 %, with which a transaction works. Without a block in the next one, on a network in the latest.',
    params: estimateParams,
    async handler(scope, request, at, state, context) {
      const trial = { request, block: at ?? estimateBlock(scope), stateOverrides: state, blockOverrides: context }
      return toQuantity(await estimateGas(scope, trial))
    },
  }),
  defineMethod({
    name: 'eth_createAccessList',
    summary: 'What a transaction touches, as an access list, and its gas with that list. Source: EIP-2930.',
    params: estimateParams,
    async handler(scope, request, at, state, context) {
      const trial = { request, block: at ?? estimateBlock(scope), stateOverrides: state, blockOverrides: context }
      const { accessList, gasUsed, error } = await scope.simulator.createAccessList(simulationOf(scope, trial))
      return { accessList, gasUsed: toQuantity(gasUsed), error }
    },
  }),
]

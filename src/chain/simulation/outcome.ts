import { assert } from '../../primitives/index.ts'
import type { TransactionOutcome } from '../../router/index.ts'
import type { SimulationOutcome } from '../simulator.ts'

/** A tried transaction's end, without what only a block needs to know. */
export function simulationOutcome(outcome: TransactionOutcome): SimulationOutcome {
  if (outcome.kind === 'rejected') return { status: 'rejected', rejection: outcome.rejection }
  const { status, output, gasUsed, haltReason, fault } = outcome
  if (status === 'success') return { status, output, gasUsed }
  if (status === 'revert') return { status, output, gasUsed, fault }
  assert(haltReason !== undefined, 'a halt has a reason')
  return { status, reason: haltReason, gasUsed, fault }
}

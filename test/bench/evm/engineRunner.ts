import { toHex } from '../../../src/primitives/index.ts'
import type { Executed } from '../../../src/router/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import { rootAfter } from '../../conformance/roots.ts'
import type { EngineName } from '../../harness/engines.ts'
import { createEngine } from '../../harness/engines.ts'
import { startClocks } from './clocks.ts'
import type { Program, Runner } from './program.ts'

/**
 * An engine of ours: whole transactions through the router, journal and all, on a state in memory. One for all programs,
 * as in a node, so that a program's first call meets a warm engine that does not know its code.
 */
export function engineRunner(name: EngineName): Runner {
  const { machinesOf, journal } = createEngine(name)
  return {
    name,
    async prepare(program) {
      const { rules, block, transaction, pre, stateRoot } = program
      const environment = { rules, block, machines: machinesOf(rules.hardfork), journal, blockHash: () => undefined }
      const view = viewOf(pre)
      let isChecked = false
      return {
        async run() {
          const elapsed = startClocks()
          const outcome = executeTransaction(environment, view, transaction, 'simulation')
          const times = elapsed()
          if (outcome.kind === 'rejected') throw new Error(`${program.name}: ${outcome.rejection.message}`)
          if (!isChecked && stateRoot !== undefined) checkRoot(program, outcome)
          isChecked = true
          return { times, output: toHex(outcome.output), gasUsed: outcome.gasUsed }
        },
        gasUsed: async () => undefined,
      }
    },
    close: () => undefined,
  }
}

function checkRoot({ name, pre, stateRoot }: Program, { diff }: Executed): void {
  if (rootAfter(pre, diff) !== stateRoot) throw new Error(`${name} leaves another state than its test says`)
}

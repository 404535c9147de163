import type { Machines } from '../router/index.ts'
import type { Execution, Result, VmEngine } from '../vm/index.ts'

/** A frame that ran: what it was asked, how it ended, and the frames that it called, in order. */
export type Frame = {
  readonly execution: Execution
  readonly result: Result
  readonly calls: readonly Frame[]
}

/** Machines that tell what they run. */
export type TracedMachines = {
  readonly machines: Machines
  /** The frames that ran since the last time, without their children: a transaction's own frame, or none. */
  take(): readonly Frame[]
}

/**
 * The same machines, with each frame written down as it passes. Both engines are behind one interface, so a call's way
 * through them is seen without either knowing. Bytes are copied: a frame's may lie in memory that is used again.
 */
export function traceMachines(machines: Machines): TracedMachines {
  let open: Frame[] = []
  const traced = (engine: VmEngine): VmEngine => ({
    kind: engine.kind,
    validate: (code, gasLimit, rules) => engine.validate(code, gasLimit, rules),
    execute(execution, code, host) {
      const input = execution.input.slice()
      const siblings = open
      const calls: Frame[] = []
      open = calls
      try {
        const result = engine.execute(execution, code, host)
        siblings.push({ execution: { ...execution, input }, result: copyOf(result), calls })
        return result
      } finally {
        open = siblings
      }
    },
  })
  return {
    machines: { ...machines, evm: traced(machines.evm), wasm: traced(machines.wasm), seesEveryFrame: true },
    take: () => open.splice(0),
  }
}

function copyOf(result: Result): Result {
  return result.status === 'halt' ? result : { ...result, output: result.output.slice() }
}

import type { Workload } from '../../harness/parallel/workloads/workloads.ts'
import { aligned } from '../evm/report.ts'
import type { CaseResult } from './measure.ts'

/** Shape of a workload, for its target; mainnet blocks have none. */
export type Measured = { readonly result: CaseResult; readonly shape: Workload['shape'] }

/** How much faster than in order a case was, by the wall's clock. */
function speedUp({ sequential }: CaseResult, milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : (sequential.wallMs / milliseconds).toFixed(2)
}

/** Milliseconds in order, and how many times faster each other way is. */
export function tableOf(results: readonly CaseResult[]): string {
  const [first] = results
  if (first === undefined) return ''
  const threads = [...first.threads.keys()]
  const predicted = [...first.predicted.keys()]
  const head = [
    'block',
    'tx',
    'Mgas',
    'in order ms',
    'Mgas/s',
    ...threads.map((size) => `${size} thr`),
    ...threads.map((size) => `cpu ${size}`),
    'replay',
    'ideal',
    ...predicted.map((workers) => `pred ${workers}`),
  ]
  const rows = results.map((result) => {
    const { name, transactions, gasUsed, sequential, replay, ideal } = result
    const mgas = Number(gasUsed) / 1e6
    return [
      name,
      String(transactions),
      mgas.toFixed(1),
      sequential.wallMs.toFixed(1),
      ((mgas * 1e3) / sequential.wallMs).toFixed(0),
      ...threads.map((size) => speedUp(result, result.threads.get(size)?.wallMs)),
      ...threads.map((size) => ((result.threads.get(size)?.cpuMs ?? 0) / sequential.cpuMs).toFixed(2)),
      speedUp(result, replay.wallMs),
      ideal.bound > 999 ? `${Math.round(ideal.bound)}` : ideal.bound.toFixed(1),
      ...predicted.map((workers) => speedUp(result, result.predicted.get(workers))),
    ]
  })
  return aligned([head, ...rows])
}

/** DESIGN section 7: independent work on 2 threads, senders recovered in the same time, and the chain on as many. */
export function targetsOf(measured: readonly Measured[]): readonly string[] {
  return measured.flatMap(({ result, shape }) => {
    if (shape === 'mixed') return []
    if (shape === 'independent') {
      const [inOrder, two] = [result.fromBytes.get(0)?.wallMs, result.fromBytes.get(2)?.wallMs]
      if (inOrder === undefined || two === undefined) return []
      const times = inOrder / two
      return [
        `${verdict(times >= 1.8)} ${result.name}, from bytes: ${times.toFixed(2)} x on 2 threads (at least 1.8 x)`,
      ]
    }
    const two = result.threads.get(2)?.wallMs
    if (two === undefined) return []
    const ratio = two / result.sequential.wallMs
    return [`${verdict(ratio <= 1.1)} ${result.name}: ${ratio.toFixed(2)} x the time in order (at most 1.1 x)`]
  })
}

function verdict(isMet: boolean): string {
  return isMet ? 'met   ' : 'missed'
}

/** How far predictions were from what threads really took, where both are known. */
export function validationOf(results: readonly CaseResult[]): string {
  const sizes = [...(results[0]?.threads.keys() ?? [])]
  const lines = sizes.map((size) => {
    const ratios = results
      .flatMap(({ threads, predicted }) => {
        const [real, said] = [threads.get(size)?.wallMs, predicted.get(size)]
        return real === undefined || said === undefined ? [] : [said / real]
      })
      .sort((a, b) => a - b)
    const at = (share: number): string => (ratios[Math.floor((ratios.length - 1) * share)] ?? 1).toFixed(2)
    return `predicted / measured time with ${size}: median ${at(0.5)}, from ${at(0)} to ${at(1)}`
  })
  return lines.join('\n')
}

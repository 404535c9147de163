import type { Workload } from '../../harness/parallel/workloads/workloads.ts'
import type { CaseResult, Effort } from './measure.ts'

/** Shape of a workload, for its target; mainnet blocks have none. */
export type Measured = { readonly result: CaseResult; readonly shape: Workload['shape'] }

/** How much faster than in order a case was, by the wall's clock. */
function speedUp({ sequential }: CaseResult, milliseconds: number | undefined): string {
  return milliseconds === undefined ? '-' : (sequential.wallMs / milliseconds).toFixed(2)
}

/** A column: its title, and what stands in a case's row. */
type Column = readonly [title: string, cell: (result: CaseResult) => string]

function columnsOf({ threads, predict }: Effort): readonly Column[] {
  const perThreads = (title: string, cell: (result: CaseResult, size: number) => string): readonly Column[] =>
    threads.map((size) => [`${title} ${size}`, (result) => cell(result, size)])
  return [
    ['tx', ({ transactions }) => String(transactions)],
    ['Mgas', ({ gasUsed }) => (Number(gasUsed) / 1e6).toFixed(1)],
    ['in order ms', ({ sequential }) => sequential.wallMs.toFixed(1)],
    ['Mgas/s', ({ gasUsed, sequential }) => (Number(gasUsed) / 1e3 / sequential.wallMs).toFixed(0)],
    ...perThreads('thr', (result, size) => speedUp(result, result.threads.get(size)?.wallMs)),
    ...perThreads('cpu', ({ threads: all, sequential }, size) =>
      ((all.get(size)?.cpuMs ?? 0) / sequential.cpuMs).toFixed(2),
    ),
    ...perThreads('bytes', ({ fromBytes }, size) => ratio(fromBytes.get(0)?.wallMs, fromBytes.get(size)?.wallMs)),
    ...perThreads('b cpu', ({ fromBytes }, size) => ratio(fromBytes.get(size)?.cpuMs, fromBytes.get(0)?.cpuMs)),
    ['replay', (result) => speedUp(result, result.replay.wallMs)],
    ['ideal', ({ ideal }) => (ideal.bound > 999 ? `${Math.round(ideal.bound)}` : ideal.bound.toFixed(1))],
    ...predict.map(
      (workers): Column => [`pred ${workers}`, (result) => speedUp(result, result.predicted.get(workers))],
    ),
    ...perThreads('off', ({ threads: all, predicted }, size) => ratio(predicted.get(size), all.get(size)?.wallMs)),
  ]
}

function ratio(a: number | undefined, b: number | undefined): string {
  return a === undefined || b === undefined ? '-' : (a / b).toFixed(2)
}

/**
 * A table that can be printed line by line: milliseconds in order; how many times faster each other way is (`thr`, `replay`, `pred`, and
 * from bytes `bytes`); the processors' time against that in order (`cpu`, `b cpu`); predicted over measured time (`off`).
 */
export function tableFor(
  names: readonly string[],
  effort: Effort,
): { readonly head: string; row(result: CaseResult): string } {
  const width = Math.max(...names.map((name) => name.length))
  const columns = columnsOf(effort)
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell, at) => cell.padStart(Math.max(columns[at]?.[0].length ?? 0, 5)))].join(
      '  ',
    )
  return {
    head: line(
      'block',
      columns.map(([title]) => title),
    ),
    row: (result) =>
      line(
        result.name,
        columns.map(([, cell]) => cell(result)),
      ),
  }
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

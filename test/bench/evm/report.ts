import type { Measurement, ProgramResult } from './measure.ts'
import type { Times } from './program.ts'

/** Which clock a table is read from. */
export type Clock = 'wall' | 'cpu'

/** The peer that ratios are against. */
const PEER = 'anvil'
const PACKAGE = '@ethereumjs/evm'

/** A goal of DESIGN section 7, and how far it is. */
export type TargetResult = { readonly text: string; readonly isMet: boolean }

/** Milliseconds of each runner, first call and steady state, with the ratio to anvil. */
export function tableOf(results: readonly ProgramResult[], clock: Clock): string {
  const runners = results[0]?.measurements.map(({ runner }) => runner) ?? []
  const head = ['program', 'Mgas', ...runners.flatMap((runner) => [runner, '']), 'calls']
  const under = ['', '', ...runners.flatMap(() => ['first', 'steady']), '']
  const rows = results.map(({ program, gasUsed, measurements }) => {
    const peer = measurements.find(({ runner }) => runner === PEER)
    const cells = measurements.flatMap((measurement) => [
      milliseconds(measurement.first, clock),
      `${milliseconds(measurement.steady, clock)}${ratioText(measurement, peer, clock)}`,
    ])
    const calls = measurements.map((measurement) => measurement.calls).join('/')
    return [program.name, (Number(gasUsed) / 1e6).toFixed(2), ...cells, calls]
  })
  return aligned([head, under, ...rows])
}

/** What DESIGN section 7 asks of `engine`, program by program. */
export function targetsOf(results: readonly ProgramResult[], engine: string, clock: Clock): readonly TargetResult[] {
  return results.flatMap(({ program, measurements }) => {
    const find = (name: string): Measurement | undefined => measurements.find(({ runner }) => runner === name)
    const [ours, peer, published] = [find(engine), find(PEER), find(PACKAGE)]
    if (ours === undefined || program.kind === 'other') return []
    const most = program.kind === 'tracer' ? 0.6 : 0.8
    const targets: TargetResult[] = []
    const add = (what: string, ratio: number, goal: string, isMet: boolean): void => {
      targets.push({ text: `${program.name}: ${what} ${ratio.toFixed(2)} (${goal})`, isMet })
    }
    if (peer !== undefined) {
      const second = ours.second[ofClock(clock)] / peer.second[ofClock(clock)]
      add(`second call / ${PEER}`, second, `at most ${most}`, second <= most)
      const first = ours.first[ofClock(clock)] / peer.first[ofClock(clock)]
      add(`first call / ${PEER}`, first, 'at most 2', first <= 2)
    }
    if (published !== undefined) {
      const faster = published.steady[ofClock(clock)] / ours.steady[ofClock(clock)]
      add(`${PACKAGE} / ours`, faster, 'at least 100', faster >= 100)
    }
    return targets
  })
}

function ofClock(clock: Clock): keyof Times {
  return clock === 'wall' ? 'wallMs' : 'cpuMs'
}

function milliseconds(times: Times, clock: Clock): string {
  const ms = times[ofClock(clock)]
  return ms.toFixed(ms < 1 ? 3 : ms < 100 ? 2 : 0)
}

function ratioText(measurement: Measurement, peer: Measurement | undefined, clock: Clock): string {
  if (peer === undefined || peer === measurement) return ''
  const ratio = measurement.steady[ofClock(clock)] / peer.steady[ofClock(clock)]
  return ` ${Number.isFinite(ratio) ? `${ratio.toFixed(ratio < 10 ? 2 : 0)}x` : '-'}`
}

/** Rows of cells, columns aligned. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

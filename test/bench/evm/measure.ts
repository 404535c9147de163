import type { Prepared, Program, Run, Runner, Times } from './program.ts'

/** What one runner did with one program. */
export type Measurement = {
  readonly runner: string
  /** The call that meets the code for the first time. */
  readonly first: Times
  /** The call after it; the first where there was time for only one. */
  readonly second: Times
  /** The median of all calls after the first; the first where there was time for only one. */
  readonly steady: Times
  readonly calls: number
}

/** A program on all runners. */
export type ProgramResult = {
  readonly program: Program
  readonly gasUsed: bigint
  readonly measurements: readonly Measurement[]
}

/** How often a runner runs one program, and after how much time it stops before that. */
export type Effort = { readonly calls: number; readonly budgetMs: number }

/** The median of each clock. */
export function medianTimes(times: readonly Times[]): Times {
  return { wallMs: median(times.map(({ wallMs }) => wallMs)), cpuMs: median(times.map(({ cpuMs }) => cpuMs)) }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0]
  return sorted.length % 2 === 1 ? high : (low + high) / 2
}

type Turn = { readonly runner: Runner; readonly prepared: Prepared; readonly runs: Run[] }

/**
 * Runs a program on all runners in turns, so that whatever else the machine does meets all of them. A runner drops out
 * when its time is spent. Throws when they do not agree on the output and the gas.
 */
export async function measure(runners: readonly Runner[], program: Program, effort: Effort): Promise<ProgramResult> {
  const turns: Turn[] = []
  for (const runner of runners) turns.push({ runner, prepared: await runner.prepare(program), runs: [] })
  for (let round = 0; round < effort.calls; round += 1) {
    for (const { prepared, runs } of turns) {
      const spentMs = runs.reduce((sum, { times }) => sum + times.wallMs, 0)
      if (spentMs < effort.budgetMs) runs.push(await prepared.run())
    }
  }
  return { program, gasUsed: await agreedGas(program, turns), measurements: turns.map(measurementOf) }
}

function measurementOf({ runner, runs }: Turn): Measurement {
  const [first, ...later] = runs.map(({ times }) => times)
  if (first === undefined) throw new Error(`${runner.name} ran nothing`)
  return {
    runner: runner.name,
    first,
    second: later[0] ?? first,
    steady: medianTimes(later.length > 0 ? later : [first]),
    calls: runs.length,
  }
}

/** Returns the gas that all of them used. */
async function agreedGas(program: Program, turns: readonly Turn[]): Promise<bigint> {
  const expected = program.output ?? turns[0]?.runs[0]?.output
  let gas: bigint | undefined
  for (const { runner, prepared, runs } of turns) {
    const wrong = runs.find(({ output }) => output !== expected)
    if (wrong !== undefined) {
      throw new Error(`${program.name} on ${runner.name} returned ${wrong.output}, expected ${expected}`)
    }
    const used = (await prepared.gasUsed()) ?? runs[0]?.gasUsed
    gas ??= used
    if (used !== gas) throw new Error(`${program.name} on ${runner.name} used ${used} gas, others ${gas}`)
  }
  if (gas === undefined) throw new Error(`${program.name}: nobody knows its gas`)
  return gas
}

import { readdirSync, readFileSync } from 'node:fs'
import type { Times } from './program.ts'

/** Starts both clocks on this process, its compiler and collector threads included. Returns what reads them. */
export function startClocks(): () => Times {
  const cpu = process.cpuUsage()
  const start = performance.now()
  return () => {
    const wallMs = performance.now() - start
    const { user, system } = process.cpuUsage(cpu)
    return { wallMs, cpuMs: (user + system) / 1_000 }
  }
}

/** {@link startClocks} on another process, of Linux. */
export function startClocksOn(pid: number): () => Times {
  const before = busyNanoseconds(pid)
  const start = performance.now()
  return () => {
    const wallMs = performance.now() - start
    let cpuMs = 0
    for (const [thread, nanoseconds] of busyNanoseconds(pid)) cpuMs += (nanoseconds - (before.get(thread) ?? 0)) / 1e6
    return { wallMs, cpuMs }
  }
}

/** How long each thread of a process has run. Source: the kernel's documentation, scheduler/sched-stats. */
function busyNanoseconds(pid: number): ReadonlyMap<string, number> {
  const tasks = `/proc/${pid}/task`
  const busy = (thread: string): number => Number(readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ', 1)[0])
  return new Map(readdirSync(tasks).map((thread) => [thread, busy(thread)] as const))
}

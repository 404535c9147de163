import type { NodeEvent, RunningNode } from '../node/index.ts'
import { BaseError } from '../primitives/index.ts'
import type { Arguments, Option } from './command.ts'
import { renderEvent } from './eventLines.ts'
import { explain } from './explain.ts'

/** How a node that runs talks, for every command that starts one. */
export const outputOptions = {
  json: { type: 'boolean', summary: 'one JSON object per line on stdout, among them "ready"' },
  quiet: { type: 'boolean', summary: 'no line per block' },
} as const satisfies Readonly<Record<string, Option>>

/** Prints events as {@link outputOptions} ask. */
export function eventPrinter(args: Arguments): (event: NodeEvent) => void {
  return args.flag('json') ? printJson : printText(args.flag('quiet'))
}

/** How long a node may take to stop. */
const STOP_LIMIT_MS = 10_000

/** Resolves at the first Ctrl-C, kill or hang-up of the terminal; a second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const ask = (): void => {
      if (asked) process.exit(130)
      asked = true
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask)
  })
}

/** Lets a program that serves go on when whoever read its output is gone: what it prints is lost, and nothing else. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
    })
  }
}

/**
 * Runs a node until `stopping`, then ends the process with exit code 0. With exit code 1 and a sentence on stderr when the
 * node fails (N4), or does not stop in time. `onReady` hears of a node that serves.
 */
export async function runNode<node extends RunningNode>(
  starting: Promise<node>,
  stopping: Promise<void>,
  onReady: (node: node) => void,
): Promise<never> {
  const started = starting.then((node) => {
    onReady(node)
    return node
  })
  // Told to stop before it serves: what has begun ends first, within the same limit.
  const isStopping = stopping.then(() => undefined)
  const first = await Promise.race([started, isStopping])
  const failure = first && (await Promise.race([first.failed.catch((error: unknown) => ({ error })), isStopping]))
  if (failure !== undefined) complain(failure.error)
  const hasStopped = await withinLimit(started.then((node) => node.stop()))
  // Nothing of ours runs any more; a client's half-open socket must not keep the process.
  process.exit(failure === undefined && hasStopped ? 0 : 1)
}

/** False, and a sentence on stderr, when `work` fails or takes too long. */
async function withinLimit(work: Promise<void>): Promise<boolean> {
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), STOP_LIMIT_MS))
  const end = await Promise.race([work.catch((error: unknown) => ({ error })), late])
  if (end === 'late')
    complain(new BaseError('NODE_HANGS', `it did not stop within ${STOP_LIMIT_MS / 1000} s, and was ended`))
  else if (end !== undefined) complain(end.error)
  return end === undefined
}

function complain(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`)
}

/** One line of JSON on stdout; numbers that JSON cannot tell apart become plain ones. */
export function printJson(event: object): void {
  const line = JSON.stringify(event, (_key, value) => (typeof value === 'bigint' ? Number(value) : value))
  process.stdout.write(`${line}\n`)
}

function printText(isQuiet: boolean): (event: NodeEvent) => void {
  return (event) => {
    if (!isQuiet || event.kind === 'warning') process.stdout.write(`${renderEvent(event)}\n`)
  }
}

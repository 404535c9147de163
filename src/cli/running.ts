import type { NodeEvent, RunningNode } from '../node/index.ts'
import type { Arguments, Option } from './command.ts'
import { renderEvent } from './eventLines.ts'

/** How a node that runs talks, for every command that starts one. */
export const outputOptions = {
  json: { type: 'boolean', summary: 'one JSON object per line on stdout, among them "ready"' },
  quiet: { type: 'boolean', summary: 'no line per block' },
} as const satisfies Readonly<Record<string, Option>>

/** Prints events as {@link outputOptions} ask. */
export function eventPrinter(args: Arguments): (event: NodeEvent) => void {
  return args.flag('json') ? printJson : printText(args.flag('quiet'))
}

/** Resolves at the first Ctrl-C or kill; a second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const ask = (): void => {
      if (asked) process.exit(130)
      asked = true
      resolve()
    }
    process.on('SIGINT', ask)
    process.on('SIGTERM', ask)
  })
}

/** Stops a node and ends the process. */
export async function stop(node: RunningNode): Promise<void> {
  await node.stop()
  // Nothing of ours runs any more; a client's half-open socket must not keep the process.
  process.exit(0)
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

import { UsageError } from '../command.ts'

/** What is typed to a network that runs. */
export type Wish = { readonly kind: 'start' | 'stop' | 'kill'; readonly name: string } | { readonly kind: 'quit' }

/** Reads `start 2`, `stop 2`, `kill 2` (a validator by number or name) or `quit`. Throws `UsageError`. */
export function readWish(line: string, names: readonly string[]): Wish {
  const [verb = '', target = '', ...rest] = line.trim().split(/\s+/)
  if (verb === 'quit' && target === '') return { kind: 'quit' }
  const name = names.find((one) => one === target || one === `node${target}`)
  if ((verb === 'start' || verb === 'stop' || verb === 'kill') && name !== undefined && rest.length === 0) {
    return { kind: verb, name }
  }
  throw new UsageError(`"${line}" is none of "start <n>", "stop <n>", "kill <n>" (n from 0) and "quit".`)
}

import { parseArgs } from 'node:util'
import { BaseError, messageOf } from '../primitives/index.ts'

/** One `--option`. A string option's `value` names what it takes, for the help text. */
export type Option =
  | { readonly type: 'boolean'; readonly summary: string }
  | { readonly type: 'string'; readonly summary: string; readonly value: string; readonly default?: string }

/** What the user typed after a command's name, checked against its options. */
export type Arguments = {
  readonly positionals: readonly string[]
  /** A string option's value, or its default. */
  text(name: string): string | undefined
  flag(name: string): boolean
}

/** A command is a value: what it does, what it takes, how it is used. Help is made from it. */
export type Command = {
  readonly name: string
  /** What follows the name, for example `<file> [arguments...]`. */
  readonly usage: string
  readonly summary: string
  readonly options: Readonly<Record<string, Option>>
  readonly examples: readonly string[]
  run(args: Arguments): Promise<void>
}

/** The user asked for something that does not exist or does not fit. Ends the program with exit code 2. */
export class UsageError extends BaseError {
  override readonly name = 'UsageError'
  constructor(summary: string) {
    super('USAGE', summary)
  }
}

/** Parses what follows the command's name. Throws {@link UsageError} for what it does not know. */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]))
  const { values, positionals } = parse(command, words, options)
  return {
    positionals,
    text(name) {
      const option = command.options[name]
      const value = values[name]
      if (typeof value === 'string') return value
      return option?.type === 'string' ? option.default : undefined
    },
    flag: (name) => values[name] === true,
  }
}

function parse(command: Command, words: readonly string[], options: Record<string, { type: Option['type'] }>) {
  try {
    return parseArgs({ args: protectNegatives(words), options, allowPositionals: true, strict: true })
  } catch (cause) {
    const [sentence] = messageOf(cause).split('. ')
    throw new UsageError(`${sentence}: see "evmpp ${command.name} --help".`)
  }
}

/** `-5` is an argument of a contract, not an option: no option of ours begins with a digit. */
function protectNegatives(words: readonly string[]): string[] {
  const first = words.findIndex((word) => /^-\d/.test(word))
  return first < 0 || words.includes('--') ? [...words] : [...words.slice(0, first), '--', ...words.slice(first)]
}

/** The help page of one command. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]): readonly [string, string] => {
    const left = option.type === 'string' ? `--${name} <${option.value}>` : `--${name}`
    const fallback = option.type === 'string' && option.default !== undefined ? ` (default ${option.default})` : ''
    return [left, `${option.summary}${fallback}`]
  })
  const width = Math.max(0, ...rows.map(([left]) => left.length))
  return [
    `${command.summary}`,
    '',
    `Usage: evmpp ${command.name} ${command.usage}`.trimEnd(),
    ...(rows.length === 0 ? [] : ['', 'Options:', ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)]),
    ...(command.examples.length === 0 ? [] : ['', 'Examples:', ...command.examples.map((line) => `  ${line}`)]),
    '',
  ].join('\n')
}

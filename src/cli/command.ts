import { parseArgs } from 'node:util'
import { BaseError, messageOf } from '../primitives/index.ts'
import { didYouMean } from './suggestion.ts'

/**
 * One `--option`. A string option's `value` names what it takes, for the help text; `env` the variable of the environment that
 * says it when the command line does not.
 */
export type Option =
  | { readonly type: 'boolean'; readonly summary: string }
  | {
      readonly type: 'string'
      readonly summary: string
      readonly value: string
      readonly default?: string
      readonly env?: string
    }

/** What the user typed after a command's name, checked against its options. */
export type Arguments = {
  readonly positionals: readonly string[]
  /** A string option's value, from the command line or the environment, or its default. */
  text(name: string): string | undefined
  /** True when the command line has the option itself. */
  given(name: string): boolean
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
      return option?.type === 'string' ? (environmentValue(option) ?? option.default) : undefined
    },
    given: (name) => values[name] !== undefined,
    flag: (name) => values[name] === true,
  }
}

function environmentValue({ env }: Option & { readonly type: 'string' }): string | undefined {
  const value = env === undefined ? undefined : process.env[env]
  return value === '' ? undefined : value
}

function parse(command: Command, words: readonly string[], options: Record<string, { type: Option['type'] }>) {
  try {
    const parsed = parseArgs({ args: hideNegatives(words), options, allowPositionals: true, strict: true })
    const values = Object.entries(parsed.values).map(([name, value]) => [
      name,
      typeof value === 'string' ? shown(value) : value,
    ])
    return { values: Object.fromEntries(values), positionals: parsed.positionals.map(shown) }
  } catch (cause) {
    const [sentence = ''] = messageOf(cause).split('. ')
    const unknown = /^Unknown option '--([^']*)'/.exec(sentence)?.[1]
    const advice = unknown === undefined ? '' : didYouMean(unknown, Object.keys(command.options), '--')
    throw new UsageError(`${sentence}: see "evmpp ${command.name} --help".${advice}`)
  }
}

/** Marks what begins with a minus and is no option; no word of a command line can hold this character. */
const HIDDEN = '\0'

/** `-5` is an argument of a contract, not an option: no option of ours begins with a digit. */
function hideNegatives(words: readonly string[]): string[] {
  const end = words.indexOf('--')
  return words.map((word, at) => (/^-\d/.test(word) && (end < 0 || at < end) ? `${HIDDEN}${word}` : word))
}

function shown(word: string): string {
  return word.startsWith(HIDDEN) ? word.slice(HIDDEN.length) : word
}

function fallbackText(option: Option): string {
  if (option.type === 'boolean') return ''
  const texts = [
    ...(option.env === undefined ? [] : [`$${option.env}`]),
    ...(option.default === undefined ? [] : [option.default]),
  ]
  return texts.length === 0 ? '' : ` (default ${texts.join(', else ')})`
}

/** The help page of one command. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, option]): readonly [string, string] => {
    const left = option.type === 'string' ? `--${name} <${option.value}>` : `--${name}`
    return [left, `${option.summary}${fallbackText(option)}`]
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

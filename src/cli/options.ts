import { readFileSync } from 'node:fs'
import type { ExecutorOptions } from '../node/index.ts'
import { defaultWorkers, EXECUTORS, MAX_WORKERS } from '../node/index.ts'
import type { Address } from '../primitives/index.ts'
import { BaseError, messageOf, toAddress } from '../primitives/index.ts'
import type { Arguments, Option } from './command.ts'
import { UsageError } from './command.ts'
import { checkedAddress } from './values.ts'

const MAX_PORT = 65_535n

/** Where a node's metrics are, for every command that starts one. */
export const metricsPortOption = {
  type: 'string',
  value: 'number',
  summary: 'serve Prometheus metrics and health on 127.0.0.1; 0 takes a free port',
} as const satisfies Option

/** Who executes blocks, for every command that starts a node. */
export const executorOptions = {
  executor: {
    type: 'string',
    value: 'name',
    summary:
      'who executes blocks: auto (the default: workers when a block is big enough), sequential, parallel (always workers)',
  },
  workers: {
    type: 'string',
    value: 'number',
    summary: 'threads that execute transactions; as many as cores by default',
  },
} as const satisfies Readonly<Record<string, Option>>

/** What of {@link executorOptions} was given, and the rest as in `base`. */
export function executorOf(args: Arguments, base: ExecutorOptions = defaultExecutor()): ExecutorOptions {
  return {
    executor: args.text('executor') === undefined ? base.executor : oneOf(args, 'executor', EXECUTORS),
    workers: args.text('workers') === undefined ? base.workers : integer(args, 'workers', 1n, BigInt(MAX_WORKERS)),
  }
}

function defaultExecutor(): ExecutorOptions {
  return { executor: 'auto', workers: defaultWorkers() }
}

/** The port of {@link metricsPortOption}, if it was given. */
export function metricsPort(args: Arguments): number | undefined {
  return args.text('metrics-port') === undefined ? undefined : port(args, 'metrics-port')
}

/** A port; 0 asks for a free one. */
export function port(args: Arguments, name: string): number {
  return integer(args, name, 0n, MAX_PORT)
}

/** An address, with a checksum that is right if it has one; undefined when it was not given. Throws `UsageError`. */
export function address(args: Arguments, name: string): Address | undefined {
  const text = args.text(name)
  return text === undefined ? undefined : addressIn(text, `--${name} takes an address, not "${text}"`)
}

/** Addresses separated by commas, each once; undefined when none was given. Throws `UsageError`. */
export function addresses(args: Arguments, name: string): readonly Address[] | undefined {
  const texts = listOf(args, name)
  if (texts === undefined) return undefined
  const problem = (text: string): string => `--${name} takes addresses separated by commas, not "${text}"`
  if (texts.length === 0) throw new UsageError(`${problem(args.text(name) ?? '')}.`)
  return [...new Set(texts.map((text) => addressIn(text, problem(text))))]
}

function addressIn(text: string, problem: string): Address {
  return toAddress(checkedAddress(text, problem))
}

/** The items of an option that takes a list, separated by commas; undefined when it was not given. */
export function listOf(args: Arguments, name: string): readonly string[] | undefined {
  return args
    .text(name)
    ?.split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** Refuses words after a command that takes none. */
export function refuseArguments(command: string, { positionals }: Arguments): void {
  if (positionals.length === 0) return
  throw new UsageError(`${command} takes no argument "${positionals[0]}": see "evmpp ${command} --help".`)
}

/** A whole number within limits. Throws `UsageError`. */
export function integer(args: Arguments, name: string, least: bigint, most: bigint): number {
  const text = args.text(name) ?? ''
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : -1n
  if (value < least || value > most)
    throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`)
  return Number(value)
}

/** One of a few words. Throws `UsageError`. */
export function oneOf<name extends string>(args: Arguments, option: string, names: readonly name[]): name {
  const text = args.text(option)
  const found = names.find((known) => known === text)
  if (found === undefined) throw new UsageError(`--${option} takes ${names.join(', ')}, not "${text}".`)
  return found
}

/** Seconds as people write them, in milliseconds. Throws `UsageError`. */
export function milliseconds(args: Arguments, name: string): number {
  const text = args.text(name) ?? ''
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0
  if (seconds >= 0.05 && seconds <= 86_400) return Math.round(seconds * 1000)
  throw new UsageError(`--${name} takes seconds from 0.05 to 86400, not "${text}".`)
}

/** A genesis file, parsed. Throws `GENESIS_UNREADABLE`. */
export function readGenesis(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new BaseError('GENESIS_UNREADABLE', `The genesis file ${path} cannot be read: ${messageOf(cause)}`, { cause })
  }
}

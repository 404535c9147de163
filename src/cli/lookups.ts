import type { BlockTag, Hash } from 'viem'
import { BaseError } from '../primitives/index.ts'
import type { Arguments, Option } from './command.ts'
import { UsageError } from './command.ts'
import { table } from './table.ts'
import { toJson } from './values.ts'

/** Which block's state is asked for. */
export const blockOption = {
  block: { type: 'string', value: 'block', default: 'latest', summary: 'after which block: a number, or latest' },
} as const satisfies Readonly<Record<string, Option>>

const TAGS: readonly BlockTag[] = ['latest', 'earliest', 'pending', 'safe', 'finalized']

/** A block as viem takes it: exactly one of number, hash and tag. */
export type BlockChoice =
  | { readonly blockNumber: bigint; readonly blockHash?: undefined; readonly blockTag?: undefined }
  | { readonly blockHash: Hash; readonly blockNumber?: undefined; readonly blockTag?: undefined }
  | { readonly blockTag: BlockTag; readonly blockNumber?: undefined; readonly blockHash?: undefined }

/** Which block a word means; the newest without one. Throws `UsageError`. */
export function blockArgument(word: string | undefined, what: string): BlockChoice {
  const tag = TAGS.find((each) => each === (word ?? 'latest'))
  if (tag !== undefined) return { blockTag: tag }
  if (/^0x[0-9a-fA-F]{64}$/.test(word ?? '')) return { blockHash: word as Hash }
  if (/^(\d{1,18}|0x[0-9a-fA-F]{1,14})$/.test(word ?? '')) return { blockNumber: BigInt(word ?? '') }
  throw new UsageError(`${what} takes a number, a hash, or ${TAGS.join(', ')}, not "${word}".`)
}

/** The hash of a transaction, which is the first argument. Throws `UsageError`. */
export function hashArgument({ positionals: [word] }: Arguments): Hash {
  if (/^0x[0-9a-fA-F]{64}$/.test(word ?? '')) return word as Hash
  throw new UsageError(
    `The hash of a transaction is needed (0x and 64 hex digits)${word === undefined ? '' : `, not "${word}"`}.`,
  )
}

/** Makes undefined of viem's errors for what a node does not have, and passes all others on. */
export function found(cause: unknown): undefined {
  if (/NotFoundError$/.test(Object(cause).name)) return undefined
  throw cause
}

/** Prints what was looked up, as rows or as JSON. Throws `NOT_FOUND` with the sentence `missing`. */
export function printFacts<subject extends object>(
  args: Arguments,
  subject: subject | undefined,
  missing: string,
  rowsOf: (subject: subject) => readonly (readonly [name: string, value: string | number | bigint])[],
): void {
  if (subject === undefined) throw new BaseError('NOT_FOUND', missing)
  if (args.flag('json')) process.stdout.write(`${JSON.stringify(toJson(subject))}\n`)
  else process.stdout.write(`${table(rowsOf(subject).map(([name, value]) => [name, String(value)])).join('\n')}\n`)
}

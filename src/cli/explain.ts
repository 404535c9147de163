import { BaseError as ViemError } from 'viem'
import { BaseError, messageOf } from '../primitives/index.ts'
import { CompileError } from './compile/index.ts'
import { failureOf } from './requestFailure.ts'

/** One sentence that says what to do; a compiler's own words; the whole story of a bug. */
export function explain(error: unknown): string {
  if (error instanceof CompileError) return error.text.trimEnd()
  if (error instanceof ViemError) return failureOf(error)
  if (!(error instanceof BaseError)) return error instanceof Error ? (error.stack ?? error.message) : messageOf(error)
  const sentence = error.message.charAt(0).toUpperCase() + error.message.slice(1)
  return [/[.!?]$/.test(sentence) ? sentence : `${sentence}.`, ...error.advice].join(' ')
}

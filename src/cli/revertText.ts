import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Abi, Hex } from 'viem'
import { decodeErrorResult } from 'viem'
import { OUT } from './contracts.ts'
import { renderValue } from './values.ts'

/**
 * What a revert says, for people: `TooLittle(400, 4000)`, with the errors that the contracts in out/ declare; the raw data
 * when none of them does. `data` is not empty.
 */
export function revertText(data: Hex): string {
  try {
    // Two contracts may declare one error; the first will do.
    const { errorName, args = [] } = decodeErrorResult({ abi: itemsIn(OUT, 'error'), data })
    return `${errorName}(${args.map(renderValue).join(', ')})`
  } catch {
    return `${data}, an error that no contract in ${OUT}/ declares`
  }
}

/** The custom errors, or the events, of all artifacts in a folder. */
export function itemsIn(folder: string, wanted: 'error' | 'event'): Abi {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.json') && !name.startsWith(`cache${sep}`),
  )
  return files.flatMap((name) => itemsOf(readFileSync(join(folder, name), 'utf8'), wanted))
}

/** What is no artifact declares nothing. */
function itemsOf(text: string, wanted: 'error' | 'event'): Abi {
  try {
    const abi: unknown = Object(JSON.parse(text)).abi
    return Array.isArray(abi) ? (abi as Abi).filter(({ type }) => type === wanted) : []
  } catch {
    return []
  }
}

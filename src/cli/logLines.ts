import type { Abi, AbiEvent, Hex } from 'viem'
import { decodeEventLog, getAddress } from 'viem'
import { OUT } from './contracts.ts'
import { itemsIn } from './revertText.ts'
import { renderValue } from './values.ts'

/** A log, as far as it is shown. */
type ShownLog = { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }

/** Each log as a line: decoded by `events` or by what is built to out/, else as it is. */
export function logLines(logs: readonly ShownLog[], events: readonly AbiEvent[] = []): readonly string[] {
  const abi = logs.length === 0 ? [] : [...events, ...itemsIn(OUT, 'event')]
  return logs.map((log) => `${getAddress(log.address)}  ${decoded(abi, log) ?? `${log.topics.join(' ')} ${log.data}`}`)
}

function decoded(abi: Abi, { topics, data }: ShownLog): string | undefined {
  for (const item of abi) {
    try {
      const { eventName, args } = decodeEventLog({ abi: [item], topics: topics as [Hex, ...Hex[]], data })
      const fields = Object.entries(args ?? {}).map(([name, value]) =>
        /^\d+$/.test(name) ? renderValue(value) : `${name} ${renderValue(value)}`,
      )
      return `${eventName}(${fields.join(', ')})`
    } catch {
      // Another event.
    }
  }
  return undefined
}

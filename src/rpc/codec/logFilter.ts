import type { Address, Hash } from '../../primitives/index.ts'
import type { BlockReference } from './block.ts'
import { blockNumber } from './block.ts'
import { type Codec, listOf, readMembers, refuse, required } from './codec.ts'
import { address, hash } from './scalars.ts'

/** Which logs, wherever they stand. Empty lists match everything. */
export type LogPattern = { readonly addresses: readonly Address[]; readonly topics: readonly (readonly Hash[])[] }

/** Which logs in which blocks. An end that was left out is undefined. */
export type LogFilter = LogPattern & {
  readonly range:
    | { readonly kind: 'block'; readonly hash: Hash }
    | {
        readonly kind: 'range'
        readonly from: BlockReference | undefined
        readonly to: BlockReference | undefined
      }
}

/** geth's bound on addresses and on the topics of one position. */
const MAX_ALTERNATIVES = 1000
const MAX_TOPICS = 4

/** One value or a list of alternatives. */
function oneOrMore<value>(inner: Codec<value>): Codec<readonly value[]> {
  const list = listOf(inner, MAX_ALTERNATIVES)
  return required(`${inner.label} or list`, (json, path) =>
    Array.isArray(json) ? list.decode(json, path) : [inner.decode(json, path)],
  )
}

const alternatives = oneOrMore(hash)

/** One position of a topic filter: null and `[]` match anything, and so does a list with a null in it. */
const position: Codec<readonly Hash[]> = required('topic', (json, path) => {
  if (json === null || (Array.isArray(json) && json.includes(null))) return []
  return alternatives.decode(json, path)
})

/** Address and topics only: what a subscription takes. */
export const logPattern: Codec<LogPattern> = required('log pattern', (json, path) => {
  const read = readMembers(json, path)
  return {
    addresses: read('address', oneOrMore(address)) ?? [],
    topics: read('topics', listOf(position, MAX_TOPICS)) ?? [],
  }
})

/** What `eth_getLogs` and `eth_newFilter` take. */
export const logFilter: Codec<LogFilter> = required('log filter', (json, path) => {
  const read = readMembers(json, path)
  const byHash = read('blockHash', hash)
  const from = read('fromBlock', blockNumber)
  const to = read('toBlock', blockNumber)
  if (byHash !== undefined && (from !== undefined || to !== undefined)) {
    return refuse(path, 'cannot specify both blockHash and fromBlock/toBlock, choose one or the other')
  }
  const range =
    byHash === undefined ? ({ kind: 'range', from, to } as const) : ({ kind: 'block', hash: byHash } as const)
  return { ...logPattern.decode(json, path), range }
})

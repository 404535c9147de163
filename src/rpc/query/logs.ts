import { setImmediate } from 'node:timers/promises'
import type { Archive, LocatedLog, LogQuery } from '../../chain/index.ts'
import { toQuantity } from '../../primitives/index.ts'
import type { LogFilter } from '../codec/logFilter.ts'
import { invalidParams, RPC_CODES, RpcError, refused } from '../error.ts'
import type { RpcLimits } from '../limits.ts'
import { numberOf } from './blocks.ts'

/** Blocks that are searched before others get their turn: the search is synchronous. */
const BLOCKS_PER_STEP = 100n

/** The blocks that a filter names, both ends included. Throws -32602 for a range that cannot be. */
export function logRange(archive: Archive, { range }: LogFilter): { readonly from: bigint; readonly to: bigint } {
  if (range.kind === 'block') {
    const header = archive.header(range.hash)
    if (header === undefined) throw refused('unknown block')
    return { from: header.number, to: header.number }
  }
  const from = numberOf(archive, range.from)
  const to = numberOf(archive, range.to)
  if (from > to) throw invalidParams('invalid block range params')
  if (from < archive.firstBlock()) throw new RpcError(RPC_CODES.pruned, 'pruned history unavailable')
  if (to > archive.head().blockNumber) throw invalidParams('block range extends beyond current head block')
  return { from, to }
}

/** Finds logs, in order. Throws -32602 with a range to try instead when that is too much to ask. */
export async function findLogs(archive: Archive, query: LogQuery, limits: RpcLimits): Promise<readonly LocatedLog[]> {
  const { fromBlock, toBlock } = query
  const lastAllowed = lastAllowedBlock(fromBlock, limits)
  if (toBlock > lastAllowed) {
    throw tooMuch(`block range is larger than ${limits.maxLogBlocks} blocks`, fromBlock, lastAllowed)
  }
  const { logs, lastBlock } = await collectLogs(archive, query, limits)
  if (lastBlock < toBlock) throw tooMuch(`query returns more than ${limits.maxLogs} logs`, fromBlock, lastBlock)
  return logs
}

/** Later than any block. */
export const NO_END = 1n << 64n

/** The last block of a range from `from` on that one request may cover. */
export function lastAllowedBlock(from: bigint, { maxLogBlocks }: RpcLimits): bigint {
  return Number.isFinite(maxLogBlocks) ? from + BigInt(maxLogBlocks) - 1n : NO_END
}

/** Logs of whole blocks from the beginning of a range on, and how far they reach. */
export type CollectedLogs = { readonly logs: readonly LocatedLog[]; readonly lastBlock: bigint }

/** Finds logs, in order, in as many whole blocks as stay within the limit, but at least in one. */
export async function collectLogs(archive: Archive, query: LogQuery, limits: RpcLimits): Promise<CollectedLogs> {
  const { fromBlock, toBlock } = query
  const logs: LocatedLog[] = []
  for (let start = fromBlock; start <= toBlock; start += BLOCKS_PER_STEP) {
    if (start > fromBlock) await setImmediate()
    const end = start + BLOCKS_PER_STEP - 1n
    const step = archive.logs({ ...query, fromBlock: start, toBlock: end < toBlock ? end : toBlock })
    for (const log of step) logs.push(log)
    const excess = logs[limits.maxLogs]
    if (excess !== undefined) {
      const lastBlock = excess.blockNumber > fromBlock ? excess.blockNumber - 1n : fromBlock
      return { logs: logs.filter(({ blockNumber }) => blockNumber <= lastBlock), lastBlock }
    }
  }
  return { logs, lastBlock: toBlock }
}

function tooMuch(problem: string, from: bigint, to: bigint): RpcError {
  return invalidParams(`${problem}, retry with the range ${toQuantity(from)}-${toQuantity(to)}`)
}
